// What runs on the audio thread: one processor hears, one plays. All of the work is done by the lines they hold.

import { CaptureLine } from '../src/voice/capture-line.ts';
import { Mixer } from '../src/voice/mixer.ts';
import type { Heard } from '../src/voice/playout.ts';
import {
  CAPTURE_PROCESSOR,
  type FromPlayer,
  PLAYER_PROCESSOR,
  type ToCapture,
  type ToPlayer,
} from '../src/voice/worklet-messages.ts';

/** The most samples a browser hands over at once; the usual block has 128. */
const MAX_BLOCK_SAMPLES = 2_048;
const PROGRESS_SECONDS = 0.1;
const LEVELS_SECONDS = 0.06;

class CaptureProcessor extends AudioWorkletProcessor {
  #isOpen = true;
  #line = new CaptureLine(sampleRate, MAX_BLOCK_SAMPLES, (frame) =>
    this.port.postMessage(frame, [frame.buffer]),
  );

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      const message = data as ToCapture;
      if (message.kind === 'spare') this.#line.giveBack(message.buffer);
      else this.#isOpen = false;
    };
  }

  process([input]: Float32Array[][]): boolean {
    const mono = input?.[0];
    if (mono) this.#line.take(mono);
    return this.#isOpen;
  }
}

class PlayerProcessor extends AudioWorkletProcessor {
  #isOpen = true;
  #mixer = new Mixer(sampleRate);
  #since_progress = 0;
  #since_levels = 0;
  #wasPlaying = false;
  #drain_id: number | null = null;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#obey(data as ToPlayer);
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const mono = output?.[0];
    if (!mono) return this.#isOpen;
    this.#mixer.fill(mono);
    const seconds = mono.length / sampleRate;
    this.#since_progress += seconds;
    this.#since_levels += seconds;
    this.#tellProgress();
    this.#tellDrained();
    if (this.#since_levels >= LEVELS_SECONDS) {
      this.#since_levels = 0;
      this.#tell({ kind: 'levels', levels: this.#mixer.takeLevels() });
    }
    return this.#isOpen;
  }

  #tellProgress(): void {
    const { isPlaying } = this.#mixer.main;
    const hasStopped = this.#wasPlaying && !isPlaying;
    this.#wasPlaying = isPlaying;
    if (!hasStopped && (!isPlaying || this.#since_progress < PROGRESS_SECONDS)) return;
    this.#since_progress = 0;
    const heard = this.#mixer.main.heard();
    if (heard) this.#tell({ kind: 'progress', progress: { ...heard, isPlaying } });
  }

  #tellDrained(): void {
    const { main } = this.#mixer;
    if (this.#drain_id === null || !main.isEmpty) return;
    this.#cleared(this.#drain_id, main.heard());
    this.#drain_id = null;
  }

  #obey(message: ToPlayer): void {
    const { main } = this.#mixer;
    switch (message.kind) {
      case 'sound':
        this.#mixer.line(message.line).push(message.samples, message.piece);
        break;
      case 'clear':
        this.#cleared(message.id, main.clear(message.generation, message.fade_ms));
        break;
      case 'cut':
        this.#cleared(message.id, main.cut());
        break;
      case 'drain':
        this.#drain_id = message.id;
        break;
      case 'clear track':
        this.#mixer.line(message.track).cut();
        break;
      case 'close':
        this.#isOpen = false;
    }
  }

  #cleared(id: number, played: Heard | null): void {
    // Said already, and exactly; stopping is no news any more.
    this.#wasPlaying = false;
    this.#tell({ kind: 'cleared', id, played });
  }

  #tell(message: FromPlayer): void {
    this.port.postMessage(message);
  }
}

registerProcessor(CAPTURE_PROCESSOR, CaptureProcessor);
registerProcessor(PLAYER_PROCESSOR, PlayerProcessor);
