// Single keys that act on the call on screen, where nobody is writing.

import { useEffect, useRef } from 'react';
import { isTyping } from '../app/keys.ts';

type Acts = Readonly<Record<string, (() => void) | undefined>>;

export function useCallKeys(acts: Acts): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event) || event.repeat) return;
      const act = latest.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
