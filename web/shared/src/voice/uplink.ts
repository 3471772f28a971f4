// The microphone's frames on their way up: numbered, timed, and counted when they cannot go.

import { FLAG, FRAME_SAMPLES, KIND, writeHeader } from './audio-frame.ts';

export class Uplink {
  readonly #track: number;
  #seq = 0;
  /** Whether the next frame follows the last one sent without a hole. */
  #isWhole = true;
  /** Of the first frame sent: the clock begins there. */
  #first_index: number | null = null;
  #next_index = 0;
  #dropped_count = 0;

  constructor(track: number) {
    this.#track = track;
  }

  /** Frames that were captured and went nowhere. */
  get dropped_count(): number {
    return this.#dropped_count;
  }

  /** Puts the header on the frame that was captured as number `index`, so that it can be sent. */
  stamp(buffer: ArrayBuffer, index: number): void {
    if (this.#first_index === null) {
      this.#first_index = index;
      this.#next_index = index;
      this.#isWhole = true;
    }
    // Frames that never left the worklet are a hole as well.
    const isWhole = this.#isWhole && index === this.#next_index;
    writeHeader(buffer, {
      kind: KIND.microphone,
      flags: isWhole ? 0 : FLAG.discontinuity,
      track: this.#track,
      seq: this.#seq,
      time: ((index - this.#first_index) * FRAME_SAMPLES) >>> 0,
      item: 0,
      generation: 0,
    });
    this.#seq = (this.#seq + 1) >>> 0;
    this.#isWhole = true;
    this.#next_index = index + 1;
  }

  /** A frame cannot go: there is no connection, or it is too slow. */
  drop(): void {
    this.#isWhole = false;
    this.#dropped_count += 1;
  }

  /** A frame is not wanted: the microphone is muted. */
  skip(): void {
    this.#isWhole = false;
  }
}
