// The hub's side of one call, small enough to be believed: paces by what was played, cuts exactly, resumes exactly.

import type { Clock } from '../src/ports.ts';
import {
  CODEC_PCM16,
  FLAG,
  HEADER_BYTES,
  KIND,
  TRACK,
  writeHeader,
} from '../src/voice/audio-frame.ts';
import type { CallSocket } from '../src/voice/call-ports.ts';
import type { Hello, Played, Ready } from '../src/voice/call-wire.ts';

const FRAME = 480;
const AHEAD_SAMPLES = 400 * 24;
export const SAMPLE_RANGE = 30_000;

interface Utterance {
  item: number;
  length: number;
  sent: number;
  played: number;
  isCut: boolean;
}

interface Said {
  n: number;
  event: string;
  data: unknown;
}

export class ModelCall {
  isUp = true;
  /** By the test: whether frames of what was cut arrive after the clear, as if they had been overtaken. */
  overtakes = false;
  readonly hellos: Hello[] = [];
  readonly heard_events: { event: string; data: unknown }[] = [];
  readonly frames_up: DataView[] = [];
  /** For each exact cut: what the hub takes for heard, of which utterance. */
  readonly cuts: { item: number; samples: number }[] = [];
  generation: number;
  refuse: { code: number; reason: string } | null = null;
  #utterances: Utterance[] = [];
  #cutting: Utterance[] = [];
  #said: Said[] = [];
  #n = 0;
  #seq = 0;
  #token = 0;
  #hasBegun = false;
  #socket: ModelCallSocket | null = null;
  #clock: Clock;

  constructor(clock: Clock, firstGeneration = 0) {
    this.#clock = clock;
    this.generation = firstGeneration;
  }

  get isConnected(): boolean {
    return this.#socket !== null;
  }

  open = (): CallSocket => {
    const socket = new ModelCallSocket(this);
    if (this.isUp) queueMicrotask(() => socket.onopen?.());
    else queueMicrotask(() => socket.cut());
    return socket;
  };

  /** Says something of which every sample is known. */
  speak(item: number, length: number): void {
    this.#utterances.push({ item, length, sent: 0, played: 0, isCut: false });
    this.say('item', { item, entry_id: `entry-${item}`, role: 'assistant' });
    this.#pump();
  }

  say(event: string, data: unknown): void {
    this.#n += 1;
    const said = { n: this.#n, event, data };
    this.#said.push(said);
    this.#socket?.push(JSON.stringify(said));
  }

  /** The visitor interrupts. */
  interrupt(): void {
    const late = this.overtakes ? this.#nextFrames(2) : [];
    this.#cutting = this.#utterances.filter((it) => it.played < it.length);
    for (const it of this.#cutting) it.isCut = true;
    this.#utterances = [];
    this.generation = (this.generation + 1) & 0xffff;
    this.say('clear', { generation: this.generation, fade_ms: 5 });
    for (const frame of late) this.#socket?.push(frame);
  }

  cut(code = 1006, reason = ''): void {
    this.#socket?.cut(code, reason);
  }

  answer(socket: ModelCallSocket, data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      this.frames_up.push(new DataView(data.slice(0)));
      return;
    }
    const asked = JSON.parse(data) as { event: string; data: never };
    if (asked.event === 'hello') {
      this.#greet(socket, asked.data);
      return;
    }
    this.heard_events.push(asked);
    if (asked.event === 'played') this.#takePlayed(asked.data);
    if (asked.event === 'ping') socket.push(JSON.stringify({ event: 'pong', data: asked.data }));
  }

  /** From now on nothing is answered and nothing is said, as when a cable is pulled. */
  mute(): void {
    const socket = this.#socket;
    if (socket) socket.isMute = true;
  }

  /** As much waits in the browser's socket. */
  setWaiting(bytes: number): void {
    const socket = this.#socket;
    if (socket) socket.bufferedAmount = bytes;
  }

  push(frame: ArrayBuffer): void {
    this.#socket?.push(frame);
  }

  left(socket: ModelCallSocket): void {
    if (this.#socket === socket) this.#socket = null;
  }

  #greet(socket: ModelCallSocket, hello: Hello): void {
    this.hellos.push(hello);
    const { resume } = hello;
    const isKnown = resume ? resume.token === `token-${this.#token}` : !this.#hasBegun;
    if (this.refuse || !isKnown) {
      const { code, reason } = this.refuse ?? { code: 4501, reason: 'unknown' };
      socket.cut(code, reason);
      return;
    }
    this.#hasBegun = true;
    this.#socket = socket;
    this.#token += 1;
    socket.push(JSON.stringify({ event: 'ready', n: this.#n, data: this.#ready() }));
    if (!resume) return;
    // The browser has stopped, and said where: known before anything is sent again.
    if (resume.played) this.#takePlayed(resume.played);
    for (const said of this.#said) if (said.n > resume.last_n) socket.push(JSON.stringify(said));
    for (const it of this.#utterances) it.sent = it.played;
    this.generation = (this.generation + 1) & 0xffff;
    this.say('clear', { generation: this.generation, fade_ms: 5 });
    this.#pump();
  }

  #ready(): Ready {
    return {
      call_id: 'call-1',
      codec: CODEC_PCM16,
      frame_ms: 20,
      resume_token: `token-${this.#token}`,
      limits: { max_seconds: 1_800, idle_seconds: 120 },
      notice: { recording: false, monitored: false, simulated: true, basic: false },
      state: { floor: 'assistant', listening: false, link: 'ok' },
    };
  }

  #takePlayed({ generation, item, samples }: Played): void {
    const cut = this.#cutting.findIndex((it) => it.item === item);
    if (cut >= 0) {
      if (generation !== this.generation) return;
      this.cuts.push({ item, samples });
      this.#cutting = [];
      return;
    }
    const at = this.#utterances.findIndex((it) => it.item === item);
    for (const [place, it] of this.#utterances.entries()) {
      if (place < at) it.played = it.sent;
      if (place === at) it.played = Math.max(it.played, Math.min(samples, it.sent));
    }
    this.#utterances = this.#utterances.filter((it) => it.played < it.length);
    this.#pump();
  }

  #pump(): void {
    // Called again by every report; a frame takes no time here.
    for (const frame of this.#nextFrames(Number.POSITIVE_INFINITY)) this.#socket?.push(frame);
  }

  #nextFrames(max: number): ArrayBuffer[] {
    const frames: ArrayBuffer[] = [];
    while (this.#socket && frames.length < max) {
      const ahead = this.#utterances.reduce((sum, it) => sum + it.sent - it.played, 0);
      const next = this.#utterances.find((it) => it.sent < it.length);
      if (!next || ahead >= AHEAD_SAMPLES) break;
      frames.push(this.#frameOf(next));
    }
    return frames;
  }

  #frameOf(utterance: Utterance): ArrayBuffer {
    const length = Math.min(FRAME, utterance.length - utterance.sent);
    const buffer = new ArrayBuffer(HEADER_BYTES + length * 2);
    const isLast = utterance.sent + length === utterance.length;
    writeHeader(buffer, {
      kind: KIND.playback,
      flags: isLast ? FLAG.last : 0,
      track: TRACK.assistant,
      seq: this.#seq++,
      time: this.#clock.now_ms() * 24,
      item: utterance.item,
      generation: this.generation,
    });
    const samples = new Int16Array(buffer, HEADER_BYTES);
    for (let at = 0; at < length; at += 1) samples[at] = (utterance.sent + at) % SAMPLE_RANGE;
    utterance.sent += length;
    return buffer;
  }
}

export class ModelCallSocket implements CallSocket {
  binaryType = '';
  bufferedAmount = 0;
  isMute = false;
  onopen: CallSocket['onopen'] = null;
  onmessage: CallSocket['onmessage'] = null;
  onclose: CallSocket['onclose'] = null;
  onerror: CallSocket['onerror'] = null;
  #call: ModelCall;
  #isClosed = false;

  constructor(call: ModelCall) {
    this.#call = call;
  }

  send(data: string | ArrayBuffer): void {
    // What was sent before a close still arrives; what is under way when the line breaks does not.
    const kept = typeof data === 'string' ? data : data.slice(0);
    queueMicrotask(() => {
      if (!this.#isClosed) this.#call.answer(this, kept);
    });
  }

  close(): void {
    queueMicrotask(() => {
      this.#isClosed = true;
      this.#call.left(this);
    });
  }

  cut(code = 1006, reason = ''): void {
    const { onclose } = this;
    this.#isClosed = true;
    this.#call.left(this);
    onclose?.({ code, reason });
  }

  push(data: string | ArrayBuffer): void {
    queueMicrotask(() => {
      if (!this.#isClosed && !this.isMute) this.onmessage?.({ data });
    });
  }
}
