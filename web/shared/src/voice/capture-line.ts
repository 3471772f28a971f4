// The microphone's way out: from the device's rate to frames of 20 ms, each with room for its header.

import { FRAME_BYTES, FRAME_SAMPLES, HEADER_BYTES, WIRE_RATE } from './audio-frame.ts';
import { LevelMeter } from './level.ts';
import { Resampler } from './resampler.ts';

/** A frame as it leaves the worklet. */
export interface CapturedFrame {
  /** Header, still empty, and samples; comes back to be filled again. */
  buffer: ArrayBuffer;
  /** How many were captured before it, also those that went nowhere. */
  index: number;
  level: number;
}

/** As many frames may be away, a second of sound; when nobody brings them back, sound is lost here, and counted. */
const MAX_AWAY = 50;

export class CaptureLine {
  #resampler: Resampler;
  #resampled: Float32Array;
  #frame = new Float32Array(FRAME_SAMPLES);
  #filled = 0;
  #index = 0;
  #away = 0;
  #spare: ArrayBuffer[] = [];
  #meter = new LevelMeter();
  #send: (frame: CapturedFrame) => void;

  constructor(rateHz: number, blockSize: number, send: (frame: CapturedFrame) => void) {
    this.#resampler = new Resampler(rateHz, WIRE_RATE);
    this.#resampled = new Float32Array(this.#resampler.outputsFor(blockSize));
    this.#send = send;
  }

  /** Takes a block of the device's samples in, at most as many as was said. */
  take(block: Float32Array): void {
    const count = this.#resampler.process(block, this.#resampled);
    let from = 0;
    while (from < count) {
      const part = this.#resampled.subarray(
        from,
        Math.min(count, from + FRAME_SAMPLES - this.#filled),
      );
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      from += part.length;
      if (this.#filled === FRAME_SAMPLES) this.#finish();
    }
  }

  /** A buffer that was sent on and may be filled again. */
  giveBack(buffer: ArrayBuffer): void {
    this.#away = Math.max(0, this.#away - 1);
    if (buffer.byteLength === FRAME_BYTES) this.#spare.push(buffer);
  }

  #finish(): void {
    this.#filled = 0;
    const index = this.#index++;
    this.#meter.add(this.#frame);
    const level = this.#meter.take();
    if (this.#away >= MAX_AWAY) return;
    const buffer = this.#spare.pop() ?? new ArrayBuffer(FRAME_BYTES);
    const samples = new Int16Array(buffer, HEADER_BYTES);
    for (let at = 0; at < FRAME_SAMPLES; at += 1) samples[at] = toPcm16(this.#frame[at] ?? 0);
    this.#away += 1;
    this.#send({ buffer, index, level });
  }
}

function toPcm16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}
