// A call is joined: client and sound are put together, with what only an agent does.

import { serverPath, serverUrl } from '@switchboard/shared/browser/server-path.ts';
import { BrowserAudio } from '@switchboard/shared/browser/call-audio.ts';
import { browserClock, socketUrl, watchNetwork } from '@switchboard/shared/browser/ports.ts';
import { Cell } from '@switchboard/shared/cell.ts';
import { CallClient } from '@switchboard/shared/voice/call-client.ts';
import {
  type CallSocket,
  MicrophoneFailure,
  type MicrophoneTrouble,
} from '@switchboard/shared/voice/call-ports.ts';
import type { CallView } from '@switchboard/shared/voice/call-view.ts';
import type { Saying } from '@switchboard/shared/voice/call-wire.ts';
import type { WireError } from '@switchboard/shared/wire.ts';
import { callsApi } from '../app/calls-api.ts';
import { isHeldBy } from './call-text.ts';
import type { CallPlace } from './desk.ts';
import { withSaying } from './sayings.ts';

declare const WORKLET_FILE: string;

interface CallWish {
  context: AudioContext;
  place: CallPlace;
  me: string;
  wish: 'listen' | 'take';
}

/** How far the agent's own microphone is. */
export type MicrophoneState = 'closed' | 'asking' | 'open' | MicrophoneTrouble;

export class JoinedCall {
  readonly client: CallClient;
  readonly audio: BrowserAudio;
  readonly microphone = new Cell<MicrophoneState>('closed');
  /** What the hub would not do last. */
  readonly refusal = new Cell<WireError | null>(null);
  /** Words of agents that wait to be said, and the last that nobody will hear. */
  readonly sayings = new Cell<readonly Saying[]>([]);
  #me: string;
  #wantsIt: boolean;
  #wasMine = false;
  #phase: CallView['phase'] | null = null;
  #stops: (() => void)[];

  constructor({ context, place, me, wish }: CallWish) {
    this.#me = me;
    this.#wantsIt = wish === 'take';
    this.audio = new BrowserAudio({
      context,
      worklet_url: `${serverPath}${WORKLET_FILE}`,
      place: document.body,
      clock: browserClock,
    });
    this.client = new CallClient({
      side: 'agent',
      me: () => me,
      url: `${socketUrl(serverUrl())}/voice`,
      askTicket: () => callsApi.join(place.call_id),
      openSocket: (url, protocol) => new WebSocket(url, protocol) as unknown as CallSocket,
      audio: this.audio,
      clock: browserClock,
      random: Math.random,
      onRefusal: (refusal) => this.#refused(refusal),
      onSay: (saying) => this.sayings.update((sayings) => withSaying(sayings, saying)),
    });
    this.#stops = [watchNetwork(this.client), this.client.view.subscribe(() => this.#follow())];
    void this.client.start();
  }

  isMine(): boolean {
    return isHeldBy(this.client.view.get(), this.#me);
  }

  isOver(): boolean {
    return this.client.view.get().phase === 'ended';
  }

  /** Also brings a call back from hold. The microphone may have to be allowed first. */
  async take(): Promise<void> {
    if (this.client.view.get().phase !== 'live') {
      this.#wantsIt = true;
      return;
    }
    this.refusal.set(null);
    this.microphone.set('asking');
    try {
      await this.client.take();
      this.microphone.set('open');
    } catch (error) {
      this.microphone.set(error instanceof MicrophoneFailure ? error.trouble : 'failed');
    }
  }

  hold(): void {
    this.#say('hold', {});
  }

  giveBack(note: string): void {
    this.#say('give_back', note === '' ? {} : { note });
  }

  whisper(text: string): void {
    this.#say('whisper', { text });
  }

  speak(text: string): void {
    this.#say('say', { text });
  }

  takeBack(sayId: number): void {
    this.#say('take_back', { say_id: sayId });
  }

  /** Takes back the newest words that wait. */
  takeBackNewest(): void {
    const newest = this.sayings.get().findLast(({ stage }) => stage === 'waiting');
    if (newest) this.takeBack(newest.say_id);
  }

  leave(): void {
    this.client.hangUp();
    this.audio.close();
    for (const stop of this.#stops) stop();
  }

  #say: CallClient['say'] = (event, data) => {
    this.refusal.set(null);
    this.client.say(event, data);
  };

  #follow(): void {
    const { phase } = this.client.view.get();
    // The hub says anew what waits: what was said or taken back meanwhile is not among it.
    if (phase === 'live' && this.#phase !== 'live') this.sayings.set([]);
    this.#phase = phase;
    if (phase === 'live' && this.#wantsIt) {
      this.#wantsIt = false;
      void this.take();
    }
    const isMine = this.isMine();
    if (this.#wasMine && !isMine) this.#closeMicrophone();
    this.#wasMine = isMine;
  }

  #refused(refusal: WireError): void {
    this.refusal.set(refusal);
    if (!this.isMine()) this.#closeMicrophone();
  }

  /** Who only listens is not heard by their own browser either. */
  #closeMicrophone(): void {
    if (this.microphone.get() !== 'open') return;
    this.client.setMuted(false);
    this.audio.microphone.close();
    this.microphone.set('closed');
  }
}

export function openCall(wish: CallWish): JoinedCall {
  return new JoinedCall(wish);
}
