// What is to be heard: waits until enough is there, plays without clicks, and counts what was really played.

import { isOlderGeneration, WIRE_RATE } from './audio-frame.ts';

/** How far one utterance has been heard. */
export interface Heard {
  generation: number;
  item: number;
  /** Of that utterance in all, at 24 kHz. */
  samples: number;
  buffered_ms: number;
  underruns: number;
}

export interface Piece {
  item: number;
  generation: number;
  /** Nothing more comes of its utterance. */
  isLast: boolean;
}

interface Segment extends Piece {
  /** How far the writing was when it ended. */
  end: number;
}

const SAMPLES_PER_MS = WIRE_RATE / 1_000;
/** Enough for ordinary jitter. */
const FIRST_TARGET_MS = 70;
const TARGET_STEP_MS = 40;
/** More would make a conversation feel slow. */
const MAX_TARGET_MS = 200;
/** The hub runs at most 0.4 s ahead, but may send a short clip of its own as a whole. */
const MAX_MS = 8_000;
const FADE_SAMPLES = 5 * SAMPLES_PER_MS;
/** Who was silent for longer paused; tones and agents share one name, so it may well be the same again. */
const PAUSE_SAMPLES = 1_000 * SAMPLES_PER_MS;
/** As many utterances are remembered by how far they were played. */
const KEPT_COUNTS = 64;

export class Playout {
  readonly #max_samples: number;
  readonly #ring: Int16Array;
  #written = 0;
  #read = 0;
  #segments: Segment[] = [];
  /** Samples played by utterance, the latest last. */
  #counts = new Map<number, number>();
  #generation: number | null = null;
  /** The utterance that is playing, or was last; null before the first. */
  #item: number | null = null;
  #target_ms = FIRST_TARGET_MS;
  #underruns = 0;
  #isRunning = false;
  #waited = 0;
  #gain = 1;
  /** The utterance in whose middle the sound ran out; if more of it comes soon, that was an underrun. */
  #dry_item: number | null = null;
  #dry_samples = 0;
  #tail: Float32Array = new Float32Array(0);
  #tail_at = 0;

  /** `max_ms`: more is never kept; the oldest goes. For copies whose sender does not wait for us. */
  constructor(maxMs = MAX_MS) {
    this.#max_samples = maxMs * SAMPLES_PER_MS;
    // Room for one piece beyond the most, before the oldest goes.
    this.#ring = new Int16Array(2 * this.#max_samples);
  }

  get isPlaying(): boolean {
    return this.#isRunning;
  }

  get isEmpty(): boolean {
    return this.#buffered === 0;
  }

  get target_ms(): number {
    return this.#target_ms;
  }

  get #buffered(): number {
    return this.#written - this.#read;
  }

  /** Takes sound in. A newer generation drops what is older, and of an older one nothing is taken. */
  push(samples: Int16Array, piece: Piece): void {
    if (this.#generation !== null && isOlderGeneration(piece.generation, this.#generation)) return;
    if (this.#generation !== piece.generation) this.clear(piece.generation);
    if (samples.length === 0) {
      this.#end(piece);
      return;
    }
    if (this.#dry_item !== null) {
      if (this.#dry_item === piece.item && this.#dry_samples < PAUSE_SAMPLES) this.#growTarget();
      this.#dry_item = null;
    }
    const room = Math.min(samples.length, this.#max_samples);
    for (const sample of samples.subarray(samples.length - room)) {
      this.#ring[this.#written++ % this.#ring.length] = sample;
    }
    const last = this.#segments.at(-1);
    if (last && last.item === piece.item && !last.isLast) {
      last.end = this.#written;
      last.isLast = piece.isLast;
    } else this.#segments.push({ ...piece, end: this.#written });
    if (this.#buffered > this.#max_samples) this.#skipOldest();
  }

  /** Fills `out` with the next samples at 24 kHz, from -1 to 1; silence where there are none. */
  pull(out: Float32Array): void {
    out.fill(0);
    this.#playTail(out);
    if (!this.#isRunning) this.#dry_samples += out.length;
    if (!this.#isRunning && !this.#mayStart(out.length)) return;
    for (let at = 0; at < out.length; at += 1) {
      if (this.#buffered === 0) {
        this.#runDry();
        return;
      }
      out[at] = (out[at] ?? 0) + this.#next();
    }
    if (this.#buffered === 0) this.#runDry();
  }

  /** Drops everything older than `generation`, fading out what sounds; clears of the past change nothing. */
  clear(generation: number, fadeMs = 5): Heard | null {
    const isPast = this.#generation !== null && isOlderGeneration(generation, this.#generation);
    if (!isPast && generation !== this.#generation) {
      this.#generation = generation;
      this.#drop(fadeMs);
    }
    return this.heard();
  }

  /** Drops everything under the same generation: what was not heard is asked for again. */
  cut(fadeMs = 5): Heard | null {
    this.#drop(fadeMs);
    return this.heard();
  }

  /** Null while there is no utterance to speak of. */
  heard(): Heard | null {
    const item = this.#item ?? this.#segments[0]?.item;
    if (item === undefined) return null;
    return {
      generation: this.#generation ?? 0,
      item,
      samples: this.#counts.get(item) ?? 0,
      buffered_ms: Math.round(this.#buffered / SAMPLES_PER_MS),
      underruns: this.#underruns,
    };
  }

  /** A frame without sound only says that its utterance is over. */
  #end(piece: Piece): void {
    const last = this.#segments.at(-1);
    if (!piece.isLast) return;
    if (last?.item === piece.item) last.isLast = true;
    if (this.#dry_item === piece.item) this.#dry_item = null;
  }

  #mayStart(wanted: number): boolean {
    const first = this.#segments[0];
    if (!first) return false;
    const target = this.#target_ms * SAMPLES_PER_MS;
    this.#waited += wanted;
    // What is short, or stops coming, is played after as long a wait.
    const isEnough =
      this.#buffered >= target || this.#segments.some((it) => it.isLast) || this.#waited > target;
    if (!isEnough) return false;
    this.#isRunning = true;
    this.#waited = 0;
    // What begins in the middle of an utterance would click.
    this.#gain = (this.#counts.get(first.item) ?? 0) > 0 ? 0 : 1;
    return true;
  }

  #next(): number {
    const segment = this.#segments[0];
    const sample = (this.#ring[this.#read++ % this.#ring.length] ?? 0) / 32_768;
    if (segment) {
      this.#count(segment.item, 1);
      if (this.#read >= segment.end) this.#finish(segment);
    }
    const left = this.#buffered;
    const isEnded = this.#segments.length === 0 ? segment?.isLast : this.#segments.at(-1)?.isLast;
    // Nobody knows whether more comes: should it not, it has faded before it stops.
    const goal = isEnded || left >= FADE_SAMPLES ? 1 : left / FADE_SAMPLES;
    const step = 1 / FADE_SAMPLES;
    this.#gain = Math.max(Math.min(goal, this.#gain + step), this.#gain - step);
    return sample * this.#gain;
  }

  #finish(segment: Segment): void {
    this.#segments.shift();
    if (this.#segments.length === 0) this.#dry_item = segment.isLast ? null : segment.item;
  }

  #runDry(): void {
    this.#isRunning = false;
    this.#dry_samples = 0;
    this.#waited = 0;
  }

  #growTarget(): void {
    this.#underruns += 1;
    this.#target_ms = Math.min(MAX_TARGET_MS, this.#target_ms + TARGET_STEP_MS);
  }

  /** What is skipped counts as heard: it will never be, and what follows is later in its utterance. */
  #skipOldest(): void {
    const keep = this.#target_ms * SAMPLES_PER_MS;
    while (this.#buffered > keep) {
      const segment = this.#segments[0];
      if (!segment) break;
      const step = Math.min(segment.end - this.#read, this.#buffered - keep);
      this.#read += step;
      this.#count(segment.item, step);
      if (this.#read >= segment.end) this.#finish(segment);
    }
    this.#gain = 0;
  }

  #count(item: number, step: number): void {
    const before = this.#counts.get(item) ?? 0;
    if (this.#item !== item || before === 0) {
      this.#counts.delete(item);
      this.#item = item;
    }
    this.#counts.set(item, before + step);
    if (this.#counts.size > KEPT_COUNTS) {
      const oldest = this.#counts.keys().next();
      if (!oldest.done) this.#counts.delete(oldest.value);
    }
  }

  #drop(fadeMs: number): void {
    // Between two utterances the next one is what is cut, before its first sample.
    this.#item = this.#segments[0]?.item ?? this.#item;
    if (this.#isRunning) this.#keepTail(Math.round(fadeMs * SAMPLES_PER_MS));
    this.#read = this.#written;
    this.#segments = [];
    this.#dry_item = null;
    this.#runDry();
  }

  /** The next few samples, quieter and quieter; they are not counted, as they are hardly heard. */
  #keepTail(wanted: number): void {
    const length = Math.min(wanted, this.#buffered);
    this.#tail = new Float32Array(length);
    this.#tail_at = 0;
    for (let at = 0; at < length; at += 1) {
      const sample = (this.#ring[(this.#read + at) % this.#ring.length] ?? 0) / 32_768;
      this.#tail[at] = sample * this.#gain * (1 - (at + 1) / (length + 1));
    }
  }

  #playTail(out: Float32Array): void {
    const part = this.#tail.subarray(this.#tail_at, this.#tail_at + out.length);
    out.set(part);
    this.#tail_at += part.length;
  }
}
