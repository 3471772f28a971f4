// Everything that is to be heard, mixed and brought to the device's rate: one main line, and one per track listened to.

import { WIRE_RATE } from './audio-frame.ts';
import type { LineName } from './call-ports.ts';
import { LevelMeter } from './level.ts';
import { Playout } from './playout.ts';
import { Resampler } from './resampler.ts';

/** Nobody paces the copies of what others say; clocks that differ must not make them late. */
const TRACK_MAX_MS = 600;

interface Line {
  playout: Playout;
  meter: LevelMeter;
}

export class Mixer {
  readonly main: Playout;
  #lines = new Map<LineName, Line>();
  #resampler: Resampler;
  #one = new Float32Array(0);
  #sum = new Float32Array(0);

  constructor(rateHz: number) {
    this.#resampler = new Resampler(WIRE_RATE, rateHz);
    this.main = this.line('main');
  }

  /** The line of that name, made when it is first spoken of. */
  line(name: LineName): Playout {
    const known = this.#lines.get(name);
    if (known) return known.playout;
    const playout = name === 'main' ? new Playout() : new Playout(TRACK_MAX_MS);
    this.#lines.set(name, { playout, meter: new LevelMeter() });
    return playout;
  }

  /** Fills a block at the device's rate. */
  fill(out: Float32Array): void {
    const count = this.#resampler.inputsFor(out.length);
    if (this.#sum.length < count) {
      this.#sum = new Float32Array(count);
      this.#one = new Float32Array(count);
    }
    const sum = this.#sum.subarray(0, count);
    const one = this.#one.subarray(0, count);
    sum.fill(0);
    for (const { playout, meter } of this.#lines.values()) {
      playout.pull(one);
      meter.add(one);
      for (let at = 0; at < count; at += 1) sum[at] = (sum[at] ?? 0) + (one[at] ?? 0);
    }
    this.#resampler.process(sum, out);
  }

  /** How loud each line was since this was last asked. */
  takeLevels(): [LineName, number][] {
    return [...this.#lines].map(([name, { meter }]) => [name, meter.take()]);
  }
}
