// A clock that moves only when a test says so.

import type { Cancel, Clock } from '../src/ports.ts';

interface Alarm {
  at_ms: number;
  run: () => void;
}

export class FakeClock implements Clock {
  #now_ms = 1_000_000;
  #alarms = new Set<Alarm>();

  now_ms(): number {
    return this.#now_ms;
  }

  after(delayMs: number, run: () => void): Cancel {
    const alarm = { at_ms: this.#now_ms + delayMs, run };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Moves on, running what falls due in order, and lets promises settle after each. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#now_ms + byMs;
    await settle();
    for (;;) {
      const next = [...this.#alarms].sort((a, b) => a.at_ms - b.at_ms)[0];
      if (!next || next.at_ms > endMs) break;
      this.#alarms.delete(next);
      this.#now_ms = Math.max(this.#now_ms, next.at_ms);
      next.run();
      await settle();
    }
    this.#now_ms = endMs;
  }
}

/** Lets everything that waits for promises, and for nothing else, go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
