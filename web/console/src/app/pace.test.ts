import { describe, expect, it } from 'vitest';
import { paced } from './pace.ts';

/** A browser with one thread: while it draws, for `costMs`, no timer runs. */
function start(costMs: number) {
  let nowMs = 0;
  let isVisible = true;
  let isScrolling = false;
  let timers: { at_ms: number; run: () => void }[] = [];
  const frames: (() => void)[] = [];
  const clock = {
    now_ms: () => nowMs,
    after: (delayMs: number, run: () => void) => {
      timers.push({ at_ms: nowMs + delayMs, run });
      return () => {};
    },
  };
  const schedule = paced(clock, {
    isVisible: () => isVisible,
    isScrolling: () => isScrolling,
    beforeFrame: (run) => void frames.push(run),
  });
  const drawnAtMs: number[] = [];
  const step = () => {
    const due = frames.splice(0);
    for (const run of due) run();
    nowMs += due.length > 0 ? costMs : 1;
    const fired = timers.filter((it) => it.at_ms <= nowMs);
    timers = timers.filter((it) => it.at_ms > nowMs);
    for (const { run } of fired) run();
  };
  return {
    drawnAtMs,
    hide: () => {
      isVisible = false;
    },
    scroll: (is: boolean) => {
      isScrolling = is;
    },
    ask: () => schedule(() => drawnAtMs.push(nowMs)),
    pass: (forMs: number) => {
      const untilMs = nowMs + forMs;
      while (nowMs < untilMs) step();
    },
    /** Something changes again as soon as it was drawn, for so long. */
    load: (forMs: number) => {
      for (let asked = -1; nowMs < forMs; step()) {
        if (asked === drawnAtMs.length) continue;
        asked = drawnAtMs.length;
        schedule(() => drawnAtMs.push(nowMs));
      }
    },
  };
}

describe('the pace of the list', () => {
  it('is a task of its own after a calm', () => {
    const { drawnAtMs, ask, pass } = start(2);
    ask();
    expect(drawnAtMs).toEqual([]);
    pass(1_000);
    ask();
    pass(2);
    expect(drawnAtMs).toEqual([1, 1_001]);
  });

  it('is ten times a second under load', () => {
    const { drawnAtMs, load } = start(2);
    load(1_000);
    expect(drawnAtMs.length).toBe(10);
  });

  it('leaves four parts of five to others where drawing is slow', () => {
    const { drawnAtMs, load } = start(60);
    load(3_000);
    expect(drawnAtMs.length).toBe(10);
  });

  it('comes every second however slow drawing is', () => {
    const { drawnAtMs, load } = start(900);
    load(4_000);
    expect(drawnAtMs.length).toBe(4);
  });

  it('waits while somebody scrolls, but not for ever', () => {
    const { drawnAtMs, scroll, ask, pass } = start(2);
    scroll(true);
    ask();
    pass(300);
    expect(drawnAtMs).toEqual([]);
    scroll(false);
    pass(101);
    expect(drawnAtMs.length).toBe(1);
    scroll(true);
    ask();
    pass(1_200);
    expect(drawnAtMs.length).toBe(2);
  });

  it('needs no frame while nobody looks', () => {
    const { drawnAtMs, hide, ask, pass } = start(2);
    hide();
    ask();
    pass(251);
    expect(drawnAtMs).toEqual([250]);
  });
});
