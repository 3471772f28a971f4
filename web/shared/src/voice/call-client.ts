// One side of a call, without a view: asks for a ticket, connects, and does what both sides say.

import { Cell } from '../cell.ts';
import { Failure } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import type { Entry, User, WireError } from '../wire.ts';
import { type AudioFrame, TRACK } from './audio-frame.ts';
import { CallLink } from './call-link.ts';
import {
  type CallAudio,
  MicrophoneFailure,
  type OpenCallSocket,
  type Progress,
} from './call-ports.ts';
import type {
  AgentSays,
  Brief,
  CallEvent,
  CallState,
  ClientSays,
  Played,
  Ready,
  Saying,
} from './call-wire.ts';
import { type CallEnd, type CallView, FIRST_VIEW } from './call-view.ts';
import { Downlink } from './downlink.ts';
import { type LiveLine, takeItem, takeTranscript, withoutWritten } from './live-lines.ts';
import { Uplink } from './uplink.ts';

export interface CallClientOptions {
  side: 'visitor' | 'agent';
  /** Who the person at this side is; an agent is heard only while they hold the call themselves. */
  me: () => string | null;
  url: string;
  /** Asks the hub for a ticket; rejects with a `Failure`. */
  askTicket: () => Promise<{ call_id: string; ticket: string }>;
  openSocket: OpenCallSocket;
  audio: CallAudio;
  clock: Clock;
  random: Random;
  /** When the call began, for a side that comes back to it. */
  started_at_ms?: number;
  /** What the hub would not do, where somebody can be told; the call goes on. */
  onRefusal?: (refusal: WireError) => void;
  /** How far an agent's words are that the assistant's voice is to say. */
  onSay?: (saying: Saying) => void;
}

/** Progress comes every 100 ms; one that is a little early is not to be left out. */
const PLAYED_AT_LEAST_MS = 70;
const CLEAR_FADE_MS = 5;
const CUT_TIMEOUT_MS = 200;
/** Errors that change what the person can expect; the others are the hub's and ours to deal with. */
const TOLD_ERRORS: readonly string[] = ['usage_limit_exceeded', 'provider_error', 'unavailable'];

export class CallClient {
  readonly view = new Cell<CallView>(FIRST_VIEW);
  /** Apart from the view, as it changes with every word. */
  readonly lines = new Cell<readonly LiveLine[]>([]);
  readonly brief = new Cell<Brief | null>(null);
  #options: CallClientOptions;
  #link: CallLink;
  #uplink: Uplink;
  #downlink = new Downlink();
  #entries: readonly Entry[] = [];
  #hasBegun = false;
  #told_at_ms = Number.NEGATIVE_INFINITY;
  #told: Played | null = null;
  /** Who has the call, or had it last: their words may come after they gave it back. */
  #agent: User | null = null;

  constructor(options: CallClientOptions) {
    this.#options = options;
    const { audio, side } = options;
    this.#uplink = new Uplink(side === 'visitor' ? TRACK.visitor : TRACK.agent);
    audio.onCapture = (buffer, index) => this.#capture(buffer, index);
    audio.onProgress = (progress) => this.#progress(progress);
    this.#link = new CallLink({
      ...options,
      heard: () => this.#stopPlaying(),
      onReady: (ready, isBack) => this.#ready(ready, isBack),
      onEvent: (event) => this.#event(event),
      onFrame: (frame) => this.#frame(frame),
      onLost: () => this.#show({ phase: 'reconnecting' }),
      onOver: (failure) => this.#lost(failure),
    });
  }

  /** Frames of the microphone that could not be sent. */
  get dropped_count(): number {
    return this.#uplink.dropped_count;
  }

  /** Asks for the microphone, then for the call. An agent's begins by listening, without a microphone. */
  async start(): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { audio, askTicket, side } = this.#options;
    try {
      this.#show({ phase: 'microphone' });
      await audio.open();
      if (this.#isOver) return;
      if (side === 'visitor') await audio.openMicrophone();
      if (this.#isOver) return;
      this.#show({ phase: 'connecting' });
      const { call_id, ticket } = await askTicket();
      if (this.#isOver) return;
      this.#show({ call_id });
      this.#link.start(ticket);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Nothing said after this leaves the device, until it is taken back. */
  setMuted(isMuted: boolean): void {
    if (this.#isOver || isMuted === this.view.get().isMuted) return;
    this.#options.audio.setMuted(isMuted);
    this.#show({ isMuted });
    this.#link.say(isMuted ? 'mute' : 'unmute', {});
  }

  /** Ends the visitor's call, or takes an agent out of it. */
  hangUp(): void {
    if (this.#isOver) return;
    const { side } = this.#options;
    if (side === 'visitor') this.#link.say('hangup', {});
    this.#end({ kind: 'ended', reason: side, seconds: this.#seconds() });
  }

  /** What only agents can say. */
  say<E extends keyof AgentSays>(event: E, data: AgentSays[E]): void {
    this.#link.say(event, data as ClientSays[E]);
  }

  /** Takes the call over: the microphone first, so that the visitor is not left in silence. */
  async take(): Promise<void> {
    await this.#options.audio.openMicrophone();
    this.#link.say('take', {});
  }

  /** What the browser knows of the network. */
  hurry(): void {
    if (this.view.get().phase === 'reconnecting') this.#link.hurry();
  }

  lost(): void {
    this.#link.lost();
  }

  /** Lets go of the lines whose entries stand in the log, and of words that come after them. */
  settle(entries: readonly Entry[]): void {
    this.#entries = entries;
    this.#write((lines) => lines);
  }

  get #isOver(): boolean {
    return this.view.get().phase === 'ended';
  }

  #ready({ call_id, notice, state, limits }: Ready, isBack: boolean): void {
    const nowMs = this.#options.clock.now_ms();
    this.#show({
      phase: 'live',
      call_id,
      notice,
      max_seconds: limits.max_seconds,
      started_at_ms: this.view.get().started_at_ms ?? this.#options.started_at_ms ?? nowMs,
    });
    this.#state(state);
    // What was said while nobody heard it.
    if (this.view.get().isMuted) this.#link.say('mute', {});
    else if (isBack) this.#link.say('unmute', {});
  }

  #event({ event, data }: CallEvent): void {
    switch (event) {
      case 'state':
        this.#state(data);
        break;
      case 'turn':
        this.#show({ speaking: data.speaking, warning: null });
        break;
      case 'tool':
        this.#show({ tool: data.stage === 'running' ? data.name : null });
        break;
      case 'clear':
        if (this.#downlink.clear(data.generation)) this.#clear(data.generation, data.fade_ms);
        break;
      case 'item':
        this.#write((lines) => takeItem(lines, data, this.#agent));
        break;
      case 'transcript':
        this.#write((lines) => takeTranscript(lines, data, this.#agent));
        break;
      case 'brief':
        this.brief.set(data);
        break;
      case 'say':
        this.#options.onSay?.(data);
        break;
      case 'error':
        if (TOLD_ERRORS.includes(data.code)) this.#show({ warning: data.code });
        this.#options.onRefusal?.(data);
        break;
      case 'ended':
        // A goodbye may be on its way still.
        this.#end({ kind: 'ended', ...data }, 'finish');
        break;
    }
  }

  /** Words and entries come over two connections, in any order. */
  #write(change: (lines: readonly LiveLine[]) => readonly LiveLine[]): void {
    this.lines.update((lines) => withoutWritten(change(lines), this.#entries));
  }

  #state({ floor, agent, listening, duplex, link }: CallState): void {
    const { warning, wasLinked } = this.view.get();
    this.#agent = agent ?? this.#agent;
    this.#show({
      floor,
      agent: agent ?? null,
      isListenedTo: listening,
      isDuplex: duplex === true,
      link,
      wasLinked: wasLinked || link === 'ok',
      warning: link === 'ok' ? null : warning,
    });
  }

  #frame(frame: AudioFrame): void {
    const sorted = this.#downlink.sort(frame);
    if (sorted.kind === 'old') return;
    const { line, piece, isNewer } = sorted;
    if (isNewer && line === 'main') this.#clear(piece.generation, CLEAR_FADE_MS);
    this.#options.audio.play(line, frame.samples, piece);
  }

  #clear(generation: number, fadeMs: number): void {
    const { audio, side } = this.#options;
    audio.clear(generation, fadeMs).then(
      (played) => played && this.#tell(played),
      // The audio was closed with the call: nobody asks any more.
      () => {},
    );
    if (side === 'agent') audio.clearTrack(TRACK.assistant);
  }

  /** The hub will send again from here on; until it does, silence. Audio that sleeps does not answer. */
  #stopPlaying(): Promise<Played | null> {
    const { audio, clock } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.after(CUT_TIMEOUT_MS, () => resolve(null));
      const done = (played: Played | null) => {
        cancel();
        resolve(played);
      };
      audio.cut().then(done, () => done(null));
    });
  }

  #capture(buffer: ArrayBuffer, index: number): void {
    if (!this.#mayBeHeard()) this.#uplink.skip();
    else if (this.#link.canSend) {
      this.#uplink.stamp(buffer, index);
      this.#link.sendFrame(buffer);
    } else if (this.view.get().started_at_ms !== null) this.#uplink.drop();
    this.#options.audio.giveBack(buffer);
  }

  #mayBeHeard(): boolean {
    const { isMuted, floor, agent } = this.view.get();
    if (isMuted) return false;
    const { side, me } = this.#options;
    return side === 'visitor' || (agent?.id === me() && (floor === 'taking' || floor === 'agent'));
  }

  #progress({ isPlaying, ...played }: Progress): void {
    const elapsedMs = this.#options.clock.now_ms() - this.#told_at_ms;
    const isNews =
      played.samples !== this.#told?.samples ||
      played.item !== this.#told.item ||
      played.generation !== this.#told.generation;
    if (isNews && (elapsedMs >= PLAYED_AT_LEAST_MS || !isPlaying)) this.#tell(played);
  }

  #tell(played: Played): void {
    this.#told = played;
    this.#told_at_ms = this.#options.clock.now_ms();
    this.#link.say('played', played);
  }

  #failed(error: unknown): void {
    if (this.#isOver) return;
    if (error instanceof MicrophoneFailure) {
      this.#end({ kind: 'microphone', trouble: error.trouble });
      return;
    }
    const failure = error instanceof Failure ? error : new Failure('internal', String(error));
    this.#end({ kind: 'refused', code: failure.code, details: failure.details });
  }

  #lost({ code, details }: Failure): void {
    const { started_at_ms } = this.view.get();
    if (code === 'disconnected') {
      this.#end(
        started_at_ms === null
          ? { kind: 'refused', code, details }
          : { kind: 'lost', seconds: this.#seconds() },
      );
    } else this.#end({ kind: 'refused', code, details });
  }

  #seconds(): number {
    const { started_at_ms } = this.view.get();
    if (started_at_ms === null) return 0;
    return Math.floor((this.#options.clock.now_ms() - started_at_ms) / 1_000);
  }

  #end(end: CallEnd, how: 'close' | 'finish' = 'close'): void {
    this.#link.close();
    this.#options.audio[how]();
    this.lines.update((lines) => lines.filter((line) => line.isFinal));
    this.#show({ phase: 'ended', end, tool: null, speaking: 'none', warning: null });
  }

  #show(change: Partial<CallView>): void {
    this.view.update((view) => ({ ...view, ...change }));
  }
}
