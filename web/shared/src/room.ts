// One conversation, live: joins, resumes exactly after a loss, and keeps what a view needs to draw it.

import { Cell } from './cell.ts';
import type { Connection } from './connection.ts';
import { Failure, type FailureCode } from './errors.ts';
import type { Cancel, Clock } from './ports.ts';
import { NO_REPLIES, type Replies, type ReplyNews, takeReplyNews } from './replies.ts';
import { Timeline } from './timeline.ts';
import { TypingBoard, TypingTeller } from './typing.ts';
import type { Entry, History, State, User } from './wire.ts';

export interface RoomView {
  /** `joining` until the first history is complete; `refused` when the hub will not let us in. */
  phase: 'joining' | 'live' | 'refused';
  refusal: FailureCode | null;
  entries: readonly Entry[];
  hasOlder: boolean;
  state: State | null;
  members: readonly User[];
  read: Readonly<Record<string, number>>;
}

/** Fetches the entries before a `seq`, by REST. */
export type FetchOlder = (before: number) => Promise<{ entries: Entry[]; has_more: boolean }>;

/** This many gaps in a row without one entry gained: ask for a snapshot instead. */
const GAPS_BEFORE_SNAPSHOT = 3;
const RETRY_JOIN_MS = 2_000;

export class Room {
  readonly id: string;
  readonly view = new Cell<RoomView>({
    phase: 'joining',
    refusal: null,
    entries: [],
    hasOlder: false,
    state: null,
    members: [],
    read: {},
  });
  /** The assistant's reply that is being written; apart from the view, as it changes with every piece. */
  readonly replies = new Cell<Replies>(NO_REPLIES);
  readonly typing: TypingBoard;
  readonly teller: TypingTeller;
  #connection: Connection;
  #clock: Clock;
  #timeline = new Timeline();
  #epoch: string | null = null;
  #snapshot: Entry[] = [];
  #gaps = 0;
  #isJoining = false;
  #told_read = 0;
  #cancels: Cancel[] = [];
  #cancelRetry: Cancel = () => {};
  #older: Promise<void> | null = null;

  constructor(id: string, connection: Connection, clock: Clock) {
    this.id = id;
    this.#connection = connection;
    this.#clock = clock;
    this.typing = new TypingBoard(clock);
    this.teller = new TypingTeller(clock, (news) =>
      news.kind === 'start'
        ? connection.tell('typing:start', { session_id: id, preview: news.preview })
        : connection.tell('typing:stop', { session_id: id }),
    );
  }

  /** Joins now if connected, and again after every reconnect. */
  open(): void {
    const on = this.#connection;
    this.#cancels = [
      on.on('session:history', (history) => this.#mine(history) && this.#takeHistory(history)),
      on.on('message:new', (entry) => this.#mine(entry) && this.#takeEntry(entry)),
      on.on('message:read', (data) => this.#mine(data) && this.#takeRead(data.user.id, data.seq)),
      on.on('typing:start', (data) => this.#mine(data) && this.#takeTyping(data)),
      on.on('typing:stop', (data) => this.#mine(data) && this.typing.stop(data.user.id)),
      on.on('user:joined', (data) => this.#mine(data) && this.#takeJoined(data.user)),
      on.on('user:left', (data) => this.#mine(data) && this.#takeLeft(data.user)),
      on.on('session:updated', (data) => this.#mine(data) && this.setState(data.state)),
      ...this.#listenForReplies(on),
      on.state.subscribe((state) => {
        if (state.kind === 'open' && !state.draining) this.#join();
        if (state.kind === 'waiting' || state.kind === 'stopped') {
          this.typing.clear();
          this.#takeReply({ kind: 'connection lost' });
        }
      }),
    ];
    this.#join();
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    this.#cancelRetry();
    this.teller.stop();
    this.typing.clear();
    this.#connection.tell('leave:session', { session_id: this.id });
  }

  /** Takes a state that an answer brought, unless a newer one is known. */
  setState(state: State): void {
    const known = this.view.get().state;
    if (known && isNewer(known, state)) return;
    this.#show({ state });
  }

  /** Says that everything up to `seq` was seen; older and repeated news stay here. */
  markRead(seq: number): void {
    const me = this.#connection.hello?.user.id;
    if (!me || seq <= this.#told_read || seq <= (this.view.get().read[me] ?? 0)) return;
    this.#told_read = seq;
    this.#connection.ask('message:read', { session_id: this.id, seq }).then(
      () => this.#takeRead(me, seq),
      () => {
        // Not told: the next call says it again.
        this.#told_read = 0;
      },
    );
  }

  /** Asks the assistant for another try where it failed or broke off. */
  async retryReply(): Promise<void> {
    const { state } = await this.#connection.ask('message:retry', { session_id: this.id });
    this.#takeReply({ kind: 'moved on' });
    this.setState(state);
  }

  /** Fetches one page of what came before; calls made meanwhile wait for the same page. */
  loadOlder(fetchOlder: FetchOlder): Promise<void> {
    const first = this.#timeline.entries[0];
    if (!first || !this.#timeline.hasOlder) return Promise.resolve();
    this.#older ??= fetchOlder(first.seq)
      .then((page) => {
        if (this.#timeline.entries[0]?.seq !== first.seq) return;
        this.#timeline.prepend(page.entries, page.has_more);
        this.#showTimeline();
      })
      .finally(() => {
        this.#older = null;
      });
    return this.#older;
  }

  #listenForReplies(on: Connection): Cancel[] {
    const hear = (data: { session_id: string }, news: ReplyNews) =>
      this.#mine(data) && this.#takeReply(news);
    return [
      on.on('ai:processing', (data) => {
        const { message_id, stage = 'thinking', tool = null } = data;
        hear(data, { kind: 'processing', message_id, stage, tool });
      }),
      on.on('message:delta', (data) => {
        const { message_id, offset, text } = data;
        hear(data, { kind: 'delta', message_id, offset, text });
      }),
      on.on('message:cancelled', (data) =>
        hear(data, { kind: 'cancelled', message_id: data.message_id }),
      ),
      on.on('ai:complete', (data) =>
        hear(data, { kind: 'complete', message_id: data.message_id, usage: data.usage ?? null }),
      ),
      on.on('ai:error', (data) => {
        const { message_id, code, message, retry } = data;
        hear(data, { kind: 'failed', message_id, code, message, retry });
      }),
    ];
  }

  #takeReply(news: ReplyNews): void {
    this.replies.update((replies) => takeReplyNews(replies, news));
  }

  /** What an entry says about the reply that is shown. */
  #takeWritten(entry: Entry): void {
    if (entry.role === 'assistant') this.#takeReply({ kind: 'final', message_id: entry.id });
    else if (entry.kind === 'message') this.#takeReply({ kind: 'moved on' });
  }

  #mine(data: { session_id: string }): boolean {
    return data.session_id === this.id;
  }

  #join(): void {
    if (!this.#connection.hello || this.#cancels.length === 0) return;
    this.#cancelRetry();
    this.#isJoining = true;
    const resume =
      this.#epoch !== null && this.#gaps < GAPS_BEFORE_SNAPSHOT
        ? { after: this.#timeline.position, epoch: this.#epoch }
        : {};
    this.#connection.ask('join:session', { session_id: this.id, ...resume }).then(
      (ack) => {
        this.#isJoining = false;
        this.#show({ members: ack.members, phase: 'live', refusal: null });
        this.#takeReply({ kind: 'joined' });
        this.setState(ack.state);
      },
      (error: unknown) => this.#joinFailed(error),
    );
  }

  #joinFailed(error: unknown): void {
    this.#isJoining = false;
    if (!(error instanceof Failure) || !error.retry) {
      const refusal = error instanceof Failure ? error.code : 'internal';
      this.#show({ phase: 'refused', refusal });
      return;
    }
    // After a lost connection the next one joins; only a refused join waits here.
    if (this.#connection.hello) {
      const waitMs = Math.max(error.retry_after_ms, RETRY_JOIN_MS);
      this.#cancelRetry = this.#clock.after(waitMs, () => this.#join());
    }
  }

  #takeHistory(history: History): void {
    if (history.recovered) {
      this.#epoch = history.epoch;
      const before = this.#timeline.position;
      const arrival = this.#timeline.addAll(history.entries);
      if (this.#timeline.position > before) this.#gaps = 0;
      for (const entry of history.entries) if (entry.seq > before) this.#takeWritten(entry);
      this.#showTimeline();
      if (arrival.kind === 'gap') {
        this.#gap();
        return;
      }
    } else {
      if (history.part === 0) this.#snapshot = [];
      this.#snapshot.push(...history.entries);
      if (!history.final) return;
      this.#epoch = history.epoch;
      this.#gaps = 0;
      this.#told_read = 0;
      for (const entry of this.#snapshot) this.#takeWritten(entry);
      this.#timeline.replace(this.#snapshot, history.has_more);
      this.#snapshot = [];
      this.#showTimeline();
    }
    if (history.final) this.#show({ state: history.state, read: history.read });
  }

  #takeEntry(entry: Entry): void {
    this.typing.stop(entry.author.id);
    const arrival = this.#timeline.add(entry);
    if (arrival.kind === 'shown') {
      this.#gaps = 0;
      this.#takeWritten(entry);
      this.#showTimeline();
    }
    // While a join is under way its history brings whatever is missing.
    if (arrival.kind === 'gap' && !this.#isJoining) this.#gap();
  }

  #gap(): void {
    this.#gaps += 1;
    this.#join();
  }

  #takeRead(userId: string, seq: number): void {
    const { read } = this.view.get();
    if (seq > (read[userId] ?? 0)) this.#show({ read: { ...read, [userId]: seq } });
  }

  #takeTyping(data: { user: User; preview?: string }): void {
    this.typing.start(data.user, data.preview);
  }

  #takeJoined(user: User): void {
    const others = this.view.get().members.filter((member) => member.id !== user.id);
    this.#show({ members: [...others, user] });
  }

  #takeLeft(user: User): void {
    this.typing.stop(user.id);
    this.#show({ members: this.view.get().members.filter((member) => member.id !== user.id) });
  }

  #showTimeline(): void {
    this.#show({ entries: this.#timeline.entries, hasOlder: this.#timeline.hasOlder });
  }

  #show(change: Partial<RoomView>): void {
    this.view.update((view) => ({ ...view, ...change }));
  }
}

function isNewer(a: State, b: State): boolean {
  return a.takeover === b.takeover ? a.updated_at > b.updated_at : a.takeover > b.takeover;
}
