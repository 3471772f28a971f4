// J, K and the arrows move through the calls of now; L, V, Enter and Ctrl+Shift+X act on the one they point at.

import type { Call } from '@switchboard/shared/wire.ts';
import { useEffect, useRef, useState } from 'react';
import { isChord, isCommand } from '../app/keys.ts';

interface RowActs {
  onListen: (call: Call) => void;
  onTake: (call: Call) => void;
  onEnd: (call: Call) => void;
  onOpen: (call: Call) => void;
}

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Returns the id of the call that the keys point at: the first one until they move. */
export function useRowKeys(calls: readonly Call[], acts: RowActs): string | null {
  const [moved, setMoved] = useState<string | null>(null);
  const at = Math.max(
    0,
    calls.findIndex((call) => call.id === moved),
  );
  const latest = useRef({ calls, acts, at });
  latest.current = { calls, acts, at };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const now = latest.current;
      const call = now.calls[now.at];
      const step = STEPS[event.key];
      if (!call || event.repeat) return;
      if (isChord(event, 'x')) {
        event.preventDefault();
        now.acts.onEnd(call);
        return;
      }
      if (!isCommand(event)) return;
      if (step !== undefined) setMoved(now.calls[now.at + step]?.id ?? call.id);
      else if (event.key === 'l') now.acts.onListen(call);
      else if (event.key === 'v') now.acts.onTake(call);
      else if (event.key === 'Enter' && isOnPage(event.target)) now.acts.onOpen(call);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const pointed = calls[at]?.id ?? null;
  useEffect(() => {
    if (moved !== null && moved === pointed) {
      document
        .querySelector(`[data-call="${CSS.escape(moved)}"]`)
        ?.scrollIntoView({ block: 'nearest' });
    }
  }, [moved, pointed]);
  return pointed;
}

/** Enter on a button is the button's. */
function isOnPage(target: EventTarget | null): boolean {
  return !(target instanceof HTMLElement && target.closest('button, a'));
}
