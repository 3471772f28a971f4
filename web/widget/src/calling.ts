// The way to a call: fetches what it needs with the first click, and tells the page of it.

import { type CallObstacle, findCallObstacle } from '@switchboard/shared/browser/can-call.ts';
import { Cell } from '@switchboard/shared/cell.ts';
import type { CallView } from '@switchboard/shared/voice/call-view.ts';
import type { FunctionComponent } from 'preact';
import type { followCall } from './call/follow-call.ts';
import type { Chat } from './chat/chat.ts';
import type { Place } from './stage.ts';
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

type FollowCall = typeof followCall;

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
  #place: Place;
  /** Rises with every call and when it is put away, so that one that loads too late does not begin. */
  #life = 0;

  constructor(chat: Chat, place: Place) {
    this.#chat = chat;
    this.#place = place;
    // Who is forgotten here does not go on speaking.
    chat.state.subscribe(({ phase }) => {
      if (phase === 'idle') this.putAway();
    });
    this.#find();
  }

  /** To be called in a click or key press: only there may a page begin to sound. Goes on with a call that was left. */
  start(): void {
    if (this.isRunning.get()) return;
    const state = this.state.get();
    const left = state.kind === 'left' ? state.call : null;
    const refusal = this.#refusal();
    if (refusal) {
      this.#place.emit('error', refusal);
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
      ({ openCall, followCall }) => {
        if (life !== this.#life) void context.close();
        else this.#open(openCall(context, this.#chat, this.#place, this, left), followCall);
      },
      () => {
        if (life !== this.#life) return;
        this.fail();
        void context.close();
      },
    );
  }

  /** A piece of it could not be loaded. */
  fail(): void {
    this.putAway();
    this.state.set({ kind: 'not loaded' });
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
    const { hub_url } = this.#place;
    import('./call/left-call.ts')
      .then(({ hangUp }) => hangUp(this.#chat, hub_url, call_id))
      .catch(() => {
        // The hub ends it by itself soon, or has done so already.
      });
  }

  /** Nothing of the call is shown any more; one that runs is hung up. */
  putAway(): void {
    this.#life += 1;
    const state = this.state.get();
    if (state.kind === 'open') state.call.release();
    this.isRunning.set(false);
    this.#place.memory.set('call', null);
    this.state.set({ kind: 'none' });
  }

  #find(): void {
    const { memory } = this.#place;
    const kept = memory.get('call');
    if (kept === null) return;
    const life = this.#life;
    import('./call/left-call.ts').then(
      ({ findLeft }) => {
        if (life !== this.#life) return;
        const left = findLeft(kept);
        if (!left) {
          memory.set('call', null);
          return;
        }
        this.state.set({ kind: 'left', call: left.call });
        setTimeout(() => {
          if (this.state.get().kind === 'left') this.putAway();
        }, left.for_ms);
      },
      () => {
        // The hub ends it by itself soon.
      },
    );
  }

  #refusal(): { code: string; message: string } | null {
    if (this.obstacle) return { code: this.obstacle, message: 'this page cannot make calls' };
    const { channel } = this.#chat.state.get();
    if (!channel || channel.voice_enabled) return null;
    return { code: 'forbidden', message: 'voice calls are off' };
  }

  /** What the call's own part makes of it is told to the page. */
  #open(call: OpenCall, followCall: FollowCall): void {
    this.state.set({ kind: 'open', call });
    followCall(call, this.isRunning, this.#place);
  }
}
