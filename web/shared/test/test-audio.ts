// A microphone and a loudspeaker without sound: plays by the test's clock and notes every sample it played.

import type { Clock } from '../src/ports.ts';
import { FRAME_BYTES } from '../src/voice/audio-frame.ts';
import type { CallAudio, LineName, MicrophoneFailure } from '../src/voice/call-ports.ts';
import type { Played } from '../src/voice/call-wire.ts';
import type { Piece } from '../src/voice/playout.ts';

const SAMPLES_PER_MS = 24;
const TURN_MS = 10;
const TELL_EVERY_TURNS = 10;

export class TestAudio implements CallAudio {
  onCapture: CallAudio['onCapture'] = null;
  onProgress: CallAudio['onProgress'] = null;
  /** By utterance, the samples as they were heard. */
  readonly heard = new Map<number, number[]>();
  readonly tracks: [LineName, number][] = [];
  refusal: MicrophoneFailure | null = null;
  isMuted = false;
  isClosed = false;
  isFinished = false;
  hasMicrophone = false;
  /** A sleeping context answers nothing. */
  isAsleep = false;
  #queue: { sample: number; item: number }[] = [];
  #generation = 0;
  #item: number | null = null;
  #captured = 0;
  #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#turn(0);
  }

  async open(): Promise<void> {}

  async openMicrophone(): Promise<void> {
    if (this.refusal) throw this.refusal;
    this.hasMicrophone = true;
  }

  giveBack(): void {}

  play(line: LineName, samples: Int16Array<ArrayBuffer>, { item, generation }: Piece): void {
    this.tracks.push([line, samples.length]);
    if (line !== 'main') return;
    this.#generation = generation;
    for (const sample of samples) this.#queue.push({ sample, item });
  }

  clear(generation: number): Promise<Played | null> {
    this.#generation = generation;
    return this.cut();
  }

  cut(): Promise<Played | null> {
    if (this.isAsleep) return new Promise(() => {});
    this.#item = this.#queue[0]?.item ?? this.#item;
    this.#queue = [];
    return Promise.resolve(this.#played());
  }

  clearTrack(track: number): void {
    this.tracks.push([track, 0]);
  }

  setMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
  }

  finish(): void {
    this.isFinished = true;
    this.close();
  }

  close(): void {
    this.isClosed = true;
  }

  /** Hands over the next frames of the microphone. */
  capture(count = 1): void {
    for (let at = 0; at < count; at += 1) {
      this.onCapture?.(new ArrayBuffer(FRAME_BYTES), this.#captured++);
    }
  }

  #turn(count: number): void {
    this.#clock.after(TURN_MS, () => {
      if (this.isClosed) return;
      const wasPlaying = this.#queue.length > 0;
      for (const { sample, item } of this.#queue.splice(0, TURN_MS * SAMPLES_PER_MS)) {
        const all = this.heard.get(item) ?? [];
        all.push(sample);
        this.heard.set(item, all);
        this.#item = item;
      }
      const isPlaying = this.#queue.length > 0;
      const played = this.#played();
      if (played && wasPlaying && (!isPlaying || count % TELL_EVERY_TURNS === 0)) {
        this.onProgress?.({ ...played, isPlaying });
      }
      this.#turn(count + 1);
    });
  }

  #played(): Played | null {
    if (this.#item === null) return null;
    return {
      generation: this.#generation,
      item: this.#item,
      samples: this.heard.get(this.#item)?.length ?? 0,
      buffered_ms: this.#queue.length / SAMPLES_PER_MS,
      underruns: 0,
    };
  }
}
