// Work that news ask for: at once after a calm, and while they keep coming once in a while, the last time after the last.

import type { Clock } from '@switchboard/shared/ports.ts';

/** How often a list is loaded again while news of it keep coming; each load asks the server. */
export const RELOAD_MS = 1_000;

export interface Seldom {
  ask: () => void;
  stop: () => void;
}

/** `run` is called at most once in `periodMs`. */
export function seldom(clock: Clock, periodMs: number, run: () => void): Seldom {
  let isAsked = false;
  let rest: (() => void) | null = null;
  const go = () => {
    isAsked = false;
    rest = clock.after(periodMs, () => {
      rest = null;
      if (isAsked) go();
    });
    run();
  };
  return {
    ask: () => {
      if (rest) isAsked = true;
      else go();
    },
    stop: () => {
      isAsked = false;
      rest?.();
      rest = null;
    },
  };
}
