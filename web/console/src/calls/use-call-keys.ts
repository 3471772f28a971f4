// Keys that act on the call on screen: single ones, and chords for what ends it or gives it away.

import { useEffect, useRef } from 'react';
import { isChord, isCommand } from '../app/keys.ts';

type Acts = Readonly<Record<string, (() => void) | undefined>>;

/** `chords`: with Ctrl and Shift, also while writing. */
export function useCallKeys(acts: Acts, chords: Acts): void {
  const latest = useRef({ acts, chords });
  latest.current = { acts, chords };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat) return;
      const key = event.key.toLowerCase();
      const now = latest.current;
      const act = isChord(event, key)
        ? now.chords[key]
        : isCommand(event)
          ? now.acts[key]
          : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    // Before the acts of the page: in a call, its keys are the call's.
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, []);
}
