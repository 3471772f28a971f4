// Sound in the browser: one audio context at its own rate, a worklet each way, and an element that plays.

import type { Cancel, Clock } from '../src/ports.ts';
import type { CallAudio, LineName, Progress } from '../src/voice/call-ports.ts';
import type { Played } from '../src/voice/call-wire.ts';
import { Cell } from '../src/cell.ts';
import { Microphone } from '../src/voice/microphone.ts';
import type { Piece } from '../src/voice/playout.ts';
import { Wake } from '../src/voice/wake.ts';
import {
  CAPTURE_PROCESSOR,
  type FromCapture,
  type FromPlayer,
  PLAYER_PROCESSOR,
  type ToCapture,
  type ToPlayer,
} from '../src/voice/worklet-messages.ts';
import { browserMicrophones, type BrowserMicrophone } from './microphones.ts';

export interface BrowserAudioOptions {
  /** Made and resumed by the click that began the call. */
  context: AudioContext;
  worklet_url: string;
  /** Where the element that plays is put. */
  place: ParentNode;
  clock: Clock;
}

/** As long as may wait to be heard; a context that sleeps would never get there. */
const FINISH_MS = 8_000;

/** How loud each line is, from 0 to 1; `microphone` beside those that play. */
export type Levels = ReadonlyMap<LineName | 'microphone', number>;

export class BrowserAudio implements CallAudio {
  readonly levels = new Cell<Levels>(new Map());
  readonly microphone: Microphone<BrowserMicrophone>;
  readonly wake: Wake;
  onCapture: CallAudio['onCapture'] = null;
  onProgress: CallAudio['onProgress'] = null;
  #options: BrowserAudioOptions;
  #player: AudioWorkletNode | null = null;
  #capture: AudioWorkletNode | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #element: HTMLAudioElement | null = null;
  #asked = new Map<number, (played: Played | null) => void>();
  #question_id = 0;
  #isClosed = false;
  #cancelFinish: Cancel = () => {};

  constructor(options: BrowserAudioOptions) {
    this.#options = options;
    this.wake = new Wake(options.context, options.clock);
    this.microphone = new Microphone(browserMicrophones, (stream) => this.#connect(stream));
  }

  async open(): Promise<void> {
    const { context, worklet_url, place } = this.#options;
    context.addEventListener('statechange', this.#look);
    document.addEventListener('visibilitychange', this.#look);
    this.#look();
    await context.audioWorklet.addModule(worklet_url);
    if (this.#isClosed) return;
    const player = new AudioWorkletNode(context, PLAYER_PROCESSOR, {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    player.port.onmessage = ({ data }) => this.#hear(data as FromPlayer);
    this.#player = player;
    // Echo cancellers know what comes out of elements, not of every context.
    const wayOut = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    player.connect(wayOut);
    const element = document.createElement('audio');
    element.dataset.callAudio = '';
    element.hidden = true;
    element.srcObject = wayOut.stream;
    place.append(element);
    this.#element = element;
    this.touch();
  }

  openMicrophone(): Promise<void> {
    return this.microphone.open();
  }

  /** To be called when the person touches something: a sleeping page may sound again then. */
  touch(): void {
    this.wake.look();
    // Where even an element may not play untouched, the next touch plays it.
    this.#element?.play().catch(() => this.wake.needsTouch.set(!this.#isClosed));
  }

  giveBack(buffer: ArrayBuffer): void {
    const message: ToCapture = { kind: 'spare', buffer };
    this.#capture?.port.postMessage(message, [buffer]);
  }

  play(line: LineName, samples: Int16Array<ArrayBuffer>, piece: Piece): void {
    this.#tell({ kind: 'sound', line, samples, piece }, [samples.buffer]);
  }

  clear(generation: number, fadeMs: number): Promise<Played | null> {
    return this.#ask((id) => ({ kind: 'clear', id, generation, fade_ms: fadeMs }));
  }

  cut(): Promise<Played | null> {
    return this.#ask((id) => ({ kind: 'cut', id }));
  }

  clearTrack(track: number): void {
    this.#tell({ kind: 'clear track', track });
  }

  setMuted(isMuted: boolean): void {
    this.microphone.setMuted(isMuted);
  }

  finish(): void {
    const close = () => this.close();
    this.microphone.close();
    this.#cancelFinish = this.#options.clock.after(FINISH_MS, close);
    void this.#ask((id) => ({ kind: 'drain', id })).then(close);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelFinish();
    const { context } = this.#options;
    context.removeEventListener('statechange', this.#look);
    document.removeEventListener('visibilitychange', this.#look);
    this.wake.stop();
    this.microphone.close();
    this.#capture?.port.postMessage({ kind: 'close' } satisfies ToCapture);
    this.#tell({ kind: 'close' });
    this.#asked.clear();
    this.#element?.remove();
    this.levels.set(new Map());
    // A context that is closed already says so; there is nothing more to free.
    context.close().catch(() => {});
  }

  #look = () => {
    if (document.visibilityState === 'visible') this.wake.look();
  };

  #connect(stream: BrowserMicrophone): void {
    const { context } = this.#options;
    this.#source?.disconnect();
    this.#source = context.createMediaStreamSource(stream.stream);
    if (!this.#capture) {
      this.#capture = new AudioWorkletNode(context, CAPTURE_PROCESSOR, {
        channelCount: 1,
        channelCountMode: 'explicit',
      });
      this.#capture.port.onmessage = ({ data }) => this.#captured(data as FromCapture);
      // It is silent, but browsers run only what leads to the way out.
      this.#capture.connect(context.destination);
    }
    this.#source.connect(this.#capture);
  }

  #captured({ buffer, index, level }: FromCapture): void {
    if (this.#isClosed) return;
    this.levels.update((levels) => new Map(levels).set('microphone', level));
    this.onCapture?.(buffer, index);
  }

  #hear(message: FromPlayer): void {
    if (this.#isClosed) return;
    if (message.kind === 'levels') {
      this.levels.update((levels) => {
        const all = new Map(levels);
        for (const [line, level] of message.levels) all.set(line, level);
        return all;
      });
    } else if (message.kind === 'cleared') {
      this.#asked.get(message.id)?.(message.played);
      this.#asked.delete(message.id);
    } else this.onProgress?.(message.progress satisfies Progress);
  }

  #ask(question: (id: number) => ToPlayer): Promise<Played | null> {
    const id = ++this.#question_id;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#tell(question(id));
    });
  }

  #tell(message: ToPlayer, transfer: Transferable[] = []): void {
    this.#player?.port.postMessage(message, transfer);
  }
}
