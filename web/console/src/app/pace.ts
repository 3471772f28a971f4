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

/**
 * Returns a scheduler: it runs at once after a calm, and collects what comes meanwhile under load. In a task of its own: a
 * message that moves the list besides, or a frame that does, would be a long one.
 */
export function paced(clock: Clock, screen: Screen): (run: () => void) => void {
  let dueAtMs = Number.NEGATIVE_INFINITY;
  let isMeasuring = false;
  return (run) => {
    const go = () => {
      const startedAtMs = clock.now_ms();
      dueAtMs = startedAtMs + PACE_MS;
      isMeasuring = true;
      measure(clock, screen, (costMs) => {
        dueAtMs = startedAtMs + Math.min(LONGEST_MS, Math.max(PACE_MS, costMs * PARTS));
        isMeasuring = false;
      });
      run();
    };
    if (!screen.isVisible()) {
      clock.after(UNSEEN_MS, go);
      return;
    }
    const lastMs = clock.now_ms() + LONGEST_MS;
    const isBusy = () => isMeasuring || screen.isScrolling();
    const goOnceStill = () => {
      // What the last drawing cost may be known only by now.
      const waitMs = dueAtMs - clock.now_ms();
      if (waitMs > 0) clock.after(waitMs, goOnceStill);
      else if (isBusy() && clock.now_ms() < lastMs) clock.after(PACE_MS, goOnceStill);
      else go();
    };
    clock.after(Math.max(0, dueAtMs - clock.now_ms()), goOnceStill);
  };
}

/** What it costs to show what changes now: the rest of this task, at whose end views are drawn, and the next frame. */
function measure(clock: Clock, screen: Screen, then: (costMs: number) => void): void {
  const startedAtMs = clock.now_ms();
  clock.after(0, () => {
    const scriptMs = clock.now_ms() - startedAtMs;
    if (!screen.isVisible()) {
      then(scriptMs);
      return;
    }
    screen.beforeFrame(() => {
      const frameAtMs = clock.now_ms();
      // Comes after the browser has drawn.
      clock.after(0, () => then(scriptMs + clock.now_ms() - frameAtMs));
    });
  });
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
