// J, K and the arrows move through the list, and Enter opens.

import { useEffect, useRef, useState } from 'react';
import { isCommand } from '../app/keys.ts';
import type { RowList } from './use-frozen-rows.ts';

interface ListKeys {
  rows: RowList;
  opened: string | null;
  onMove: () => void;
  onOpen: (id: string) => void;
}

/** Returns the id of the conversation that the keys point at. */
export function useListKeys(keys: ListKeys): string | null {
  const [cursor, setCursor] = useState<string | null>(null);
  const latest = useRef({ keys, cursor });
  latest.current = { keys, cursor };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isCommand(event)) return;
      const { keys: now, cursor: from } = latest.current;
      const step = stepOf(event.key);
      if (step !== 0) {
        const ids = now.rows.ids();
        const at = ids.indexOf(from ?? now.opened ?? '');
        const next = ids[Math.min(Math.max(at + step, 0), ids.length - 1)];
        if (next !== undefined) setCursor(next);
        now.onMove();
        event.preventDefault();
      } else if (event.key === 'Enter' && from && isOnPage(event.target)) {
        event.preventDefault();
        now.onOpen(from);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return cursor;
}

function stepOf(key: string): number {
  if (key === 'j' || key === 'ArrowDown') return 1;
  return key === 'k' || key === 'ArrowUp' ? -1 : 0;
}

/** Enter on a button is the button's. */
function isOnPage(target: EventTarget | null): boolean {
  return !(target instanceof HTMLElement && target.closest('button, a'));
}
