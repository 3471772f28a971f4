// The connection of one leg: hello, coming back within half a minute, liveness, and each control event once.

import { backoffMs } from '../backoff.ts';
import { Failure } from '../errors.ts';
import { retryAfterOfClose } from '../frames.ts';
import type { Cancel, Clock, Random } from '../ports.ts';
import { type AudioFrame, FRAME_BYTES, readFrame, WIRE_RATE } from './audio-frame.ts';
import type { CallSocket, OpenCallSocket } from './call-ports.ts';
import {
  type CallEvent,
  type ClientSays,
  type Hello,
  type Played,
  type Ready,
  readControl,
  VOICE_PROTOCOL,
} from './call-wire.ts';

export interface CallLinkOptions {
  url: string;
  openSocket: OpenCallSocket;
  clock: Clock;
  random: Random;
  /** Stops what plays and says how far it was heard; asked before coming back. */
  heard: () => Promise<Played | null>;
  onReady: (ready: Ready, isBack: boolean) => void;
  onEvent: (event: CallEvent) => void;
  onFrame: (frame: AudioFrame) => void;
  onLost: () => void;
  /** Over for good, without a word from the hub that the call ended. */
  onOver: (failure: Failure) => void;
}

/** The hub keeps a lost leg for as long. */
const GRACE_MS = 30_000;
/** From the start of a connection to `ready`. */
const READY_TIMEOUT_MS = 8_000;
const PING_EVERY_MS = 15_000;
const MISSED_PINGS = 2;
/** Backs off to 4 s at most: nobody waits longer in a call. */
const LAST_ATTEMPT = 3;
const FIRST_FINAL_CODE = 4500;
/** Half a second of sound: more waiting in the socket than this, and new sound is dropped. */
const MAX_WAITING_BYTES = 25 * FRAME_BYTES;

export class CallLink {
  #options: CallLinkOptions;
  #socket: CallSocket | null = null;
  #isReady = false;
  #ticket = '';
  #hasGreeted = false;
  #resume_token: string | null = null;
  #last_n = 0;
  #attempt = 0;
  #missed = 0;
  #ping_id = 0;
  #lost_at_ms: number | null = null;
  #isOver = false;
  #cancelWait: Cancel = () => {};
  #cancelPing: Cancel = () => {};
  #cancelDeadline: Cancel = () => {};

  constructor(options: CallLinkOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  start(ticket: string): void {
    this.#ticket = ticket;
    this.#awaitEnd();
    this.#open();
  }

  /** Tries at once if it was waiting: the network came back. */
  hurry(): void {
    if (this.#isOver || this.#socket) return;
    this.#attempt = 0;
    this.#open();
  }

  /** The network is known to be gone. */
  lost(): void {
    if (this.#socket) this.#lose(0);
  }

  /** Tells the hub, if it hears; what matters is said again after coming back. */
  say<E extends keyof ClientSays>(event: E, data: ClientSays[E]): void {
    if (this.#isReady) this.#write(event, data);
  }

  sendFrame(frame: ArrayBuffer): void {
    this.#socket?.send(frame);
  }

  /** Whether sound can go now. */
  get canSend(): boolean {
    return this.#isReady && (this.#socket?.bufferedAmount ?? 0) <= MAX_WAITING_BYTES;
  }

  close(): void {
    this.#isOver = true;
    this.#cancelDeadline();
    this.#drop();
  }

  #open(): void {
    this.#drop();
    const { openSocket, url, clock } = this.#options;
    const socket = openSocket(url, VOICE_PROTOCOL);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#cancelWait = clock.after(READY_TIMEOUT_MS, () => this.#lose(0));
    socket.onopen = () => void this.#greet(socket);
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#receive(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.#socket === socket) this.#closed(code, reason);
    };
    socket.onerror = () => {};
  }

  async #greet(socket: CallSocket): Promise<void> {
    const hello: Hello = { rate: WIRE_RATE, codecs: [0] };
    const token = this.#resume_token;
    if (token === null) hello.ticket = this.#ticket;
    else {
      const played = await this.#options.heard();
      hello.resume = { token, last_n: this.#last_n, ...(played ? { played } : {}) };
    }
    if (this.#socket !== socket) return;
    this.#hasGreeted = true;
    this.#write('hello', hello);
  }

  #receive(data: unknown): void {
    this.#missed = 0;
    if (data instanceof ArrayBuffer) {
      const frame = this.#isReady ? readFrame(data) : null;
      if (frame) this.#options.onFrame(frame);
      return;
    }
    const control = typeof data === 'string' ? readControl(data) : null;
    if (control) this.#hear(control);
  }

  #hear(control: CallEvent): void {
    if (control.event === 'ready') this.#beReady(control.data);
    else if (control.event === 'ping') this.#write('pong', control.data);
    else if (control.event === 'error' && control.data.fatal) {
      this.#finish(Failure.fromWire(control.data));
    } else if (control.event !== 'pong') {
      // After coming back the hub says again what it does not know to be heard.
      if (control.n !== null && control.n <= this.#last_n) return;
      this.#last_n = control.n ?? this.#last_n;
      if (control.event === 'ended') this.close();
      this.#options.onEvent(control);
    }
  }

  #beReady(ready: Ready): void {
    if (this.#isReady) return;
    const isBack = this.#resume_token !== null;
    this.#resume_token = ready.resume_token;
    this.#isReady = true;
    this.#lost_at_ms = null;
    this.#attempt = 0;
    this.#cancelWait();
    this.#cancelDeadline();
    this.#pingSoon();
    this.#options.onReady(ready, isBack);
  }

  #pingSoon(): void {
    this.#cancelPing = this.#options.clock.after(PING_EVERY_MS, () => {
      if (this.#missed >= MISSED_PINGS) {
        this.#lose(0);
        return;
      }
      this.#missed += 1;
      this.#ping_id += 1;
      this.#write('ping', { id: this.#ping_id, time: this.#options.clock.now_ms() });
      this.#pingSoon();
    });
  }

  #closed(code: number, reason: string): void {
    if (code >= FIRST_FINAL_CODE && code <= 4999) {
      const isGone = this.#resume_token !== null;
      this.#finish(
        isGone ? Failure.disconnected() : new Failure('forbidden', `closed with ${code}`),
      );
    } else this.#lose(retryAfterOfClose(reason));
  }

  #lose(atLeastMs: number): void {
    const { clock, random, onLost } = this.#options;
    this.#drop();
    // A ticket is good for one hello; without an answer to it there is nothing to come back with.
    if (this.#resume_token === null && this.#hasGreeted) {
      this.#finish(Failure.disconnected());
      return;
    }
    if (this.#lost_at_ms === null && this.#resume_token !== null) {
      this.#lost_at_ms = clock.now_ms();
      this.#awaitEnd();
      onLost();
    }
    const waitMs = backoffMs(Math.min(this.#attempt, LAST_ATTEMPT), random, atLeastMs);
    this.#attempt += 1;
    this.#cancelWait = clock.after(waitMs, () => this.#open());
  }

  #awaitEnd(): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#options.clock.after(GRACE_MS, () =>
      this.#finish(Failure.disconnected()),
    );
  }

  #finish(failure: Failure): void {
    if (this.#isOver) return;
    this.close();
    this.#options.onOver(failure);
  }

  #write<E extends keyof ClientSays>(event: E, data: ClientSays[E]): void {
    this.#socket?.send(JSON.stringify({ event, data }));
  }

  #drop(): void {
    this.#cancelWait();
    this.#cancelPing();
    this.#isReady = false;
    this.#missed = 0;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }
}
