// One persistent connection to the hub: hello, questions with answers, liveness, and coming back after a loss.

import { backoffMs } from './backoff.ts';
import { Cell } from './cell.ts';
import { Emitter } from './emitter.ts';
import { Failure } from './errors.ts';
import { decodeFrame, retryAfterOfClose } from './frames.ts';
import type { Cancel, Clock, OpenSocket, Random, Socket } from './ports.ts';
import { Questions } from './questions.ts';
import type { ClientEvents, HelloAck, HubEvents } from './wire.ts';

export type ConnectionState =
  | { kind: 'idle' }
  | { kind: 'connecting'; attempt: number }
  | { kind: 'open'; hello: HelloAck; draining: boolean }
  | { kind: 'waiting'; attempt: number; retry_at_ms: number }
  | { kind: 'stopped'; code: number; reason: string };

export interface ConnectionOptions {
  url: string;
  client: string;
  /** Names this tab, so that the hub can drop its older, half-dead connection. */
  client_id: string;
  /** Called before every connect; a `Failure` without retry stops the connection. */
  token: () => Promise<string>;
  openSocket: OpenSocket;
  clock: Clock;
  random: Random;
}

/** Sees all that goes and comes while the connection is open, for others who share it. */
export interface Tap {
  sent(text: string): void;
  /** True keeps it from this connection. */
  received(text: unknown): boolean;
}

/** Until the answer to hello; the hub itself gives up after as long. */
const HELLO_TIMEOUT_MS = 10_000;
/** Heard nothing for this many heartbeats: the connection is dead. */
const SILENCE_FACTOR = 1.5;
/** A connection that lived shorter than this does not reset the backoff. */
const SETTLED_MS = 5_000;
const FIRST_FINAL_CODE = 4500;
const UNAUTHENTICATED_CODE = 4501;
const LOST_CODE = 1006;

export class Connection {
  readonly state = new Cell<ConnectionState>({ kind: 'idle' });
  tap: Tap | null = null;
  #options: ConnectionOptions;
  #events = new Emitter<HubEvents>();
  #questions: Questions;
  #socket: Socket | null = null;
  #attempt = 0;
  #opened_at_ms = 0;
  #heartbeat_ms = 0;
  #cancelWait: Cancel = () => {};
  #cancelSilence: Cancel = () => {};
  /** Rises whenever a try is given up, so that a late token or socket of it is ignored. */
  #try = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#questions = new Questions(options.clock, () => this.#lose(LOST_CODE, ''));
  }

  get hello(): HelloAck | null {
    const state = this.state.get();
    return state.kind === 'open' ? state.hello : null;
  }

  start(): void {
    const { kind } = this.state.get();
    if (kind !== 'idle' && kind !== 'stopped') return;
    this.#attempt = 0;
    void this.#connect();
  }

  stop(): void {
    this.#drop();
    this.state.set({ kind: 'idle' });
  }

  /** Tries at once if it was waiting: the network came back or the person pressed a button. */
  hurry(): void {
    if (this.state.get().kind !== 'waiting') return;
    this.#attempt = 0;
    void this.#connect();
  }

  /** The network is known to be gone: do not wait for the silence to prove it. */
  lost(): void {
    const { kind } = this.state.get();
    if (kind === 'open' || kind === 'connecting') this.#lose(LOST_CODE, '');
  }

  on<E extends keyof HubEvents>(event: E, listener: (data: HubEvents[E]) => void): Cancel {
    return this.#events.on(event, listener);
  }

  /** Sends an event and waits for its answer; rejects with a `Failure`. */
  ask<E extends keyof ClientEvents>(
    event: E,
    data: ClientEvents[E]['data'],
  ): Promise<ClientEvents[E]['ack']> {
    const socket = this.#socket;
    if (!socket || this.state.get().kind !== 'open') return Promise.reject(Failure.disconnected());
    return this.#questions.ask(event, data, (text) => {
      this.tap?.sent(text);
      socket.send(text);
    });
  }

  /** Sends a frame as it is, for those who share the connection; without one it is lost. */
  post(text: string): void {
    if (this.hello) this.#socket?.send(text);
  }

  /** Sends an event whose loss is fine, such as typing. */
  tell<E extends keyof ClientEvents>(event: E, data: ClientEvents[E]['data']): void {
    // The hub's refusal of a passing event changes nothing here, and the next one says it anew.
    this.ask(event, data).catch(() => {});
  }

  async #connect(): Promise<void> {
    this.#drop();
    const current = ++this.#try;
    this.state.set({ kind: 'connecting', attempt: this.#attempt });
    let token: string;
    try {
      token = await this.#options.token();
    } catch (error) {
      if (current === this.#try) this.#refuse(error);
      return;
    }
    if (current === this.#try) this.#open(token, current);
  }

  #open(token: string, current: number): void {
    const socket = this.#options.openSocket(this.#options.url);
    this.#socket = socket;
    this.#heartbeat_ms = 0;
    this.#cancelSilence = this.#options.clock.after(HELLO_TIMEOUT_MS, () =>
      this.#lose(LOST_CODE, ''),
    );
    const isCurrent = () => current === this.#try && this.#socket === socket;
    socket.onopen = () => {
      if (isCurrent()) this.#greet(socket, token, isCurrent);
    };
    socket.onmessage = (message) => {
      if (isCurrent()) this.#receive(message.data);
    };
    socket.onclose = (close) => {
      if (isCurrent()) this.#lose(close.code, close.reason);
    };
    socket.onerror = () => {};
  }

  #greet(socket: Socket, token: string, isCurrent: () => boolean): void {
    const { client, client_id } = this.#options;
    this.#questions
      .ask('hello', { token, client, client_id }, (text) => socket.send(text))
      .then((hello) => {
        if (!isCurrent()) return;
        this.#opened_at_ms = this.#options.clock.now_ms();
        this.#heartbeat_ms = hello.heartbeat_ms;
        this.#listenForSilence();
        this.state.set({ kind: 'open', hello, draining: false });
      })
      .catch((error: unknown) => {
        if (isCurrent()) this.#refuse(error);
      });
  }

  #receive(data: unknown): void {
    this.#listenForSilence();
    if (this.hello && this.tap?.received(data)) return;
    const frame = decodeFrame(data);
    if (!frame) return;
    if (frame.kind === 'answer') {
      this.#questions.answer(frame.id, frame.data, frame.error);
      return;
    }
    if (frame.event === 'server:draining') this.#leaveSoon(frame.data.reconnect_after_ms);
    this.#events.emit(frame.event, frame.data);
  }

  #listenForSilence(): void {
    if (this.#heartbeat_ms === 0) return;
    this.#cancelSilence();
    const silenceMs = this.#heartbeat_ms * SILENCE_FACTOR;
    this.#cancelSilence = this.#options.clock.after(silenceMs, () => this.#lose(LOST_CODE, ''));
  }

  #leaveSoon(afterMs: number): void {
    const state = this.state.get();
    if (state.kind !== 'open') return;
    this.state.set({ ...state, draining: true });
    this.#cancelWait();
    this.#cancelWait = this.#options.clock.after(afterMs, () => this.#lose(4000, ''));
  }

  #refuse(error: unknown): void {
    if (error instanceof Failure && !error.retry) {
      this.#halt(UNAUTHENTICATED_CODE, error.code);
      return;
    }
    this.#retry(error instanceof Failure ? error.retry_after_ms : 0);
  }

  #lose(code: number, reason: string): void {
    if (code >= FIRST_FINAL_CODE && code <= 4999) this.#halt(code, reason);
    else this.#retry(retryAfterOfClose(reason));
  }

  #halt(code: number, reason: string): void {
    this.#drop();
    this.state.set({ kind: 'stopped', code, reason });
  }

  #retry(atLeastMs: number): void {
    const { clock, random } = this.#options;
    const settled = this.#opened_at_ms > 0 && clock.now_ms() - this.#opened_at_ms >= SETTLED_MS;
    this.#drop();
    if (settled) this.#attempt = 0;
    const waitMs = backoffMs(this.#attempt, random, atLeastMs);
    this.#attempt += 1;
    this.#cancelWait = clock.after(waitMs, () => void this.#connect());
    this.state.set({
      kind: 'waiting',
      attempt: this.#attempt,
      retry_at_ms: clock.now_ms() + waitMs,
    });
  }

  #drop(): void {
    this.#try += 1;
    this.#cancelWait();
    this.#cancelSilence();
    this.#opened_at_ms = 0;
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.#questions.failAll(Failure.disconnected());
  }
}
