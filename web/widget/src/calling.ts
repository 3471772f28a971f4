// The way to a call: fetches what it needs with the first click, and tells the page of it.

import { type CallObstacle, findCallObstacle } from '@switchboard/shared/browser/can-call.ts';
import { socketUrl } from '@switchboard/shared/browser/ports.ts';
import { Cell } from '@switchboard/shared/cell.ts';
import type { CallEnd, CallView } from '@switchboard/shared/voice/call-view.ts';
import type { FunctionComponent } from 'preact';
import type { Chat } from './chat/chat.ts';
import type { Frame } from './frame.ts';
import { hangUp } from './hang-up.ts';
import type { Words } from './words.ts';

/** Whose words they are, as the log shows it. */
export interface Speaker {
  isMine: boolean;
  name: string;
}

/** A call and its views, from the part that is loaded when the first one begins. */
export interface OpenCall {
  view: Cell<CallView>;
  hangUp(): void;
  /** Nobody draws it any more. */
  release(): void;
  Bar: FunctionComponent<{ words: Words }>;
  Lines: FunctionComponent<{ growing_id: string | null; above: Speaker | null; words: Words }>;
}

/** A call that ran when its page was left. */
export interface LeftCall {
  call_id: string;
  left_at_ms: number;
  started_at_ms: number;
}

/** For as long the hub keeps a lost leg. */
const REJOIN_MS = 30_000;

export type CallingState =
  | { kind: 'none' }
  | { kind: 'loading' }
  | { kind: 'not loaded' }
  /** The page before this one left a call that the hub keeps for a while. */
  | { kind: 'left'; call: LeftCall }
  /** Also after its end, until it is put away. */
  | { kind: 'open'; call: OpenCall };

export class Calling {
  readonly state = new Cell<CallingState>({ kind: 'none' });
  /** Whether a call is coming about or running. */
  readonly isRunning = new Cell(false);
  readonly obstacle: CallObstacle | null = findCallObstacle();
  #chat: Chat;
  #frame: Frame;
  /** Rises with every call and when it is put away, so that one that loads too late does not begin. */
  #life = 0;

  constructor(chat: Chat, frame: Frame) {
    this.#chat = chat;
    this.#frame = frame;
    // Who is forgotten here does not go on speaking.
    chat.state.subscribe(({ phase }) => {
      if (phase === 'idle') this.putAway();
    });
    addEventListener('pagehide', () => this.#leave());
    this.#find();
  }

  /** To be called in a click or key press: only there may a page begin to sound. Goes on with a call that was left. */
  start(): void {
    if (this.isRunning.get()) return;
    const state = this.state.get();
    const left = state.kind === 'left' ? state.call : null;
    const refusal = this.#refusal();
    if (refusal) {
      this.#frame.emit('error', refusal);
      return;
    }
    this.putAway();
    const life = this.#life;
    this.isRunning.set(true);
    this.state.set({ kind: 'loading' });
    // At the device's own rate: Firefox refuses microphones of another rate than the context's.
    const context = new AudioContext();
    // Refused or not, the call looks after it from its first moment on.
    context.resume().catch(() => {});
    import('./call/open-call.tsx').then(
      ({ openCall }) => {
        if (life === this.#life) this.#open(openCall(context, this.#chat, this.#frame, this, left));
        else void context.close();
      },
      () => {
        if (life !== this.#life) return;
        this.isRunning.set(false);
        this.state.set({ kind: 'not loaded' });
        void context.close();
      },
    );
  }

  hangUp(): void {
    const state = this.state.get();
    if (state.kind === 'open') state.call.hangUp();
  }

  /** Ends the call that the page before this one left. */
  hangUpLeft(): void {
    const state = this.state.get();
    if (state.kind !== 'left') return;
    const { call_id } = state.call;
    this.putAway();
    this.#chat.rejoinCall(call_id).then(
      ({ ticket }) => hangUp(`${socketUrl(this.#frame.hub_url)}/voice`, ticket),
      () => {
        // The hub ends it by itself soon, or has done so already.
      },
    );
  }

  /** Nothing of the call is shown any more; one that runs is hung up. */
  putAway(): void {
    this.#life += 1;
    const state = this.state.get();
    if (state.kind === 'open') state.call.release();
    this.isRunning.set(false);
    this.#frame.memory.set('call', null);
    this.state.set({ kind: 'none' });
  }

  /** The leg is kept: only the next page, or the end of the hub's patience, decides what becomes of the call. */
  #leave(): void {
    const state = this.state.get();
    if (state.kind !== 'open') return;
    const { phase, call_id, started_at_ms } = state.call.view.get();
    if (phase === 'ended' || call_id === null || started_at_ms === null) return;
    const left: LeftCall = { call_id, started_at_ms, left_at_ms: Date.now() };
    this.#frame.memory.set('call', JSON.stringify(left));
  }

  #find(): void {
    const left = readLeftCall(this.#frame.memory.get('call'));
    const waitMs = left ? left.left_at_ms + REJOIN_MS - Date.now() : 0;
    if (!left || waitMs <= 0) {
      this.#frame.memory.set('call', null);
      return;
    }
    this.state.set({ kind: 'left', call: left });
    setTimeout(() => {
      if (this.state.get().kind === 'left') this.putAway();
    }, waitMs);
  }

  #refusal(): { code: string; message: string } | null {
    if (this.obstacle) return { code: this.obstacle, message: 'this page cannot make calls' };
    const { channel } = this.#chat.state.get();
    if (!channel || channel.voice_enabled) return null;
    return { code: 'forbidden', message: 'voice calls are off' };
  }

  #open(call: OpenCall): void {
    let hasStarted = false;
    const follow = (view: CallView) => {
      if (view.phase === 'live' && !hasStarted) {
        hasStarted = true;
        this.#frame.emit('call-started', { call_id: view.call_id ?? '' });
      }
      if (!view.end || !this.isRunning.get()) return;
      this.isRunning.set(false);
      if (hasStarted) {
        const { seconds, reason } = endFacts(view.end);
        this.#frame.emit('call-ended', { call_id: view.call_id ?? '', seconds, reason });
      } else if (view.end.kind !== 'ended') {
        const { reason } = endFacts(view.end);
        this.#frame.emit('error', { code: reason, message: 'the call could not be started' });
      }
    };
    call.view.subscribe(follow);
    this.state.set({ kind: 'open', call });
    follow(call.view.get());
  }
}

function readLeftCall(text: string | null): LeftCall | null {
  if (text === null) return null;
  try {
    const { call_id, left_at_ms, started_at_ms } = (JSON.parse(text) ?? {}) as LeftCall;
    return typeof call_id === 'string' && left_at_ms > 0 && started_at_ms > 0
      ? { call_id, left_at_ms, started_at_ms }
      : null;
  } catch {
    return null;
  }
}

function endFacts(end: CallEnd): { seconds: number; reason: string } {
  switch (end.kind) {
    case 'ended':
      return end;
    case 'lost':
      return { seconds: end.seconds, reason: 'lost' };
    case 'microphone':
      return { seconds: 0, reason: `microphone_${end.trouble}` };
    case 'refused':
      return { seconds: 0, reason: end.code };
  }
}
