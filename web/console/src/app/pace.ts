// When a list that moves is drawn again: soon after a calm, seldom under load, and ever more seldom on a slow computer.

import type { Clock } from '@switchboard/shared/ports.ts';

/** More often than this nobody reads a list that moves. */
const PACE_MS = 100;
/** Drawing takes at most one part in so many of the time; the others are for whoever types. */
const PARTS = 5;
/** However long a drawing takes, or somebody scrolls, the next one comes. */
const LONGEST_MS = 1_000;
/** From the last movement on. */
const SCROLL_MS = 150;
/** A page that is not seen draws no frames, and its agent is told of news all the same. */
const UNSEEN_MS = 250;

export interface Screen {
  isVisible: () => boolean;
  /** Whether somebody scrolls just now, who has no use for news that would make it jerk. */
  isScrolling: () => boolean;
  /** Calls it right before the browser draws. */
  beforeFrame: (run: () => void) => void;
}

/** Returns a scheduler: it runs with the next frame after a calm, and collects what comes meanwhile under load. */
export function paced(clock: Clock, screen: Screen): (run: () => void) => void {
  let dueAtMs = Number.NEGATIVE_INFINITY;
  return (run) => {
    const go = () => {
      const startedAtMs = clock.now_ms();
      dueAtMs = startedAtMs + PACE_MS;
      run();
      // Comes after the browser has drawn, so that this is what all of it cost.
      clock.after(0, () => {
        const costMs = clock.now_ms() - startedAtMs;
        dueAtMs = startedAtMs + Math.min(LONGEST_MS, Math.max(PACE_MS, costMs * PARTS));
      });
    };
    if (!screen.isVisible()) {
      clock.after(UNSEEN_MS, go);
      return;
    }
    const lastMs = clock.now_ms() + LONGEST_MS;
    const drawOnceStill = () => {
      if (screen.isScrolling() && clock.now_ms() < lastMs) clock.after(PACE_MS, drawOnceStill);
      else screen.beforeFrame(go);
    };
    const waitMs = dueAtMs - clock.now_ms();
    if (waitMs <= 0) drawOnceStill();
    else clock.after(waitMs, drawOnceStill);
  };
}

/** The page's own screen, from now on. */
export function browserScreen(): Screen {
  let scrolledAtMs = Number.NEGATIVE_INFINITY;
  const note = () => {
    scrolledAtMs = performance.now();
  };
  document.addEventListener('scroll', note, { capture: true, passive: true });
  return {
    isVisible: () => document.visibilityState === 'visible',
    isScrolling: () => performance.now() - scrolledAtMs < SCROLL_MS,
    beforeFrame: (run) => void requestAnimationFrame(run),
  };
}
