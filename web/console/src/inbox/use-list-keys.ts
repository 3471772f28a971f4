// J, K and the arrows move through the list, Enter opens, and / goes to the search.

import { useEffect, useRef, useState } from 'react';
import { isTyping } from '../app/keys.ts';

interface ListKeys {
  ids: readonly string[];
  opened: string | null;
  onOpen: (id: string) => void;
  onSearch: () => void;
}

/** Returns the id of the conversation that the keys point at. */
export function useListKeys(keys: ListKeys): string | null {
  const [cursor, setCursor] = useState<string | null>(null);
  const latest = useRef({ keys, cursor });
  latest.current = { keys, cursor };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const { keys: now, cursor: from } = latest.current;
      const step = stepOf(event.key);
      if (step !== 0) {
        const at = now.ids.indexOf(from ?? now.opened ?? '');
        const next = now.ids[Math.min(Math.max(at + step, 0), now.ids.length - 1)];
        if (next) setCursor(next);
        event.preventDefault();
      } else if (event.key === 'Enter' && from && isOnPage(event.target)) {
        event.preventDefault();
        now.onOpen(from);
      } else if (event.key === '/') {
        event.preventDefault();
        now.onSearch();
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
