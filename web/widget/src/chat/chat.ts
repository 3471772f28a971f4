// The visitor's chat without a view: who they are, the conversation they are in, and what they can do.

import { backoffMs } from '@switchboard/shared/backoff.ts';
import { Cell } from '@switchboard/shared/cell.ts';
import { Connection } from '@switchboard/shared/connection.ts';
import { Failure, type FailureCode } from '@switchboard/shared/errors.ts';
import { Outbox, type OutboxExtra } from '@switchboard/shared/outbox.ts';
import type {
  Cancel,
  Clock,
  KeyStore,
  NewId,
  OpenSocket,
  Random,
} from '@switchboard/shared/ports.ts';
import { type Fetch, Rest } from '@switchboard/shared/rest.ts';
import { Room } from '@switchboard/shared/room.ts';
import type {
  Entry,
  Identity,
  Session,
  UserSession,
  Visitor,
  VisitorUpdate,
  WidgetChannel,
  WidgetSessionAnswer,
} from '@switchboard/shared/wire.ts';
import type { Sharing } from '../share/sharing.ts';
import { type PageFacts, VisitorAccount } from './visitor.ts';

export interface ChatPorts {
  hub_url: string;
  socket_url: string;
  channel_key: string;
  clock: Clock;
  random: Random;
  newId: NewId;
  store: KeyStore;
  fetch: Fetch;
  openSocket: OpenSocket;
  /** Lets tabs share a connection, where the browser can. */
  share?: () => Promise<Sharing>;
  page: () => PageFacts;
}

export type Attributes = NonNullable<VisitorUpdate['attributes']>;

export interface ChatState {
  /** `refused`: the key or the page's origin is wrong, so trying again is of no use. */
  phase: 'idle' | 'starting' | 'ready' | 'refused';
  failure: FailureCode | null;
  visitor: Visitor | null;
  channel: WidgetChannel | null;
  /** When the hub last said what the channel is and who is there; 0 before. */
  heard_at_ms: number;
  /** Too long ago to say anything of who is there. */
  isStale: boolean;
  room: Room | null;
  /** Whether the conversation began here and now, rather than being found again. */
  isNew: boolean;
}

const UNAUTHENTICATED_CODE = 4501;
const MAX_REFUSALS = 3;
const STALE_MS = 10 * 60_000;

const FIRST_STATE: ChatState = {
  phase: 'idle',
  failure: null,
  visitor: null,
  channel: null,
  heard_at_ms: 0,
  isStale: false,
  room: null,
  isNew: false,
};

export class Chat {
  readonly state = new Cell<ChatState>(FIRST_STATE);
  readonly connection: Connection;
  readonly outbox: Outbox;
  /** Asks the hub as the visitor. */
  readonly rest: Rest;
  /** What is kept on this device. */
  readonly store: KeyStore;
  #ports: ChatPorts;
  #account: VisitorAccount;
  #sharing: Promise<Sharing> | undefined;
  #openSocket: OpenSocket;
  #identity: Identity | null = null;
  /** What the page says of the visitor and the hub has not heard yet. */
  #attributes: Attributes = {};
  #was_connected = false;
  /** Whether the hub has heard of the page since it said how much of its address it wants. */
  #was_told = false;
  #attempt = 0;
  #refusals = 0;
  #cancelRetry: Cancel = () => {};
  #cancelStale: Cancel = () => {};
  #isOpening = false;
  /** Own requests for a conversation under way: the hub tells all of the visitor's tabs of it, this one too. */
  #asked = 0;
  /** Rises when the visitor changes, so that answers meant for the one before are dropped. */
  #life = 0;

  constructor(ports: ChatPorts) {
    this.#ports = ports;
    this.#openSocket = ports.openSocket;
    this.store = ports.store;
    this.rest = new Rest({
      base: ports.hub_url,
      fetch: ports.fetch,
      token: () => this.#account.token,
    });
    this.#account = new VisitorAccount(this.rest, ports.store, ports.channel_key, ports.page);
    this.connection = new Connection({
      url: ports.socket_url,
      client: 'widget/1.0',
      client_id: ports.newId(),
      token: () => this.#token(),
      openSocket: (url) => this.#openSocket(url),
      clock: ports.clock,
      random: ports.random,
    });
    this.outbox = new Outbox({ ...ports, connection: this.connection, scope: ports.channel_key });
    this.#watch();
  }

  /** Whether this device knows the visitor from before. */
  get isReturning(): boolean {
    return this.#account.token !== null;
  }

  /** Finds out who the visitor is and goes on where they were. Repeating it changes nothing. */
  start(): void {
    if (this.state.get().phase === 'idle') void this.#signIn();
  }

  /** Asks again who is there, where the last answer is older than that. What is known goes stale where none comes. */
  refresh(olderThanMs: number): void {
    const { phase, heard_at_ms, visitor } = this.state.get();
    const isYoung = this.#ports.clock.now_ms() - heard_at_ms < olderThanMs;
    if (phase !== 'ready' || isYoung) return;
    const life = this.#life;
    this.#account.signIn().then(
      (answer) => {
        if (life !== this.#life) return;
        // The hub may have forgotten who it was.
        if (answer.visitor.id === visitor?.id) {
          this.#change(this.#heard(answer.channel));
          if (answer.session) this.#takeNews({ session: answer.session, reason: 'message' });
        } else this.#signedIn(answer);
      },
      () => {},
    );
  }

  /** Where the hub is. */
  get hub_url(): string {
    return this.#ports.hub_url;
  }

  /** What proves to the hub who the visitor is. */
  get token(): string | null {
    return this.#account.token;
  }

  /** Whether the visitor has said who they are in the form before the chat. */
  get hasFilledForm(): boolean {
    return this.#account.hasFilledForm;
  }

  /** Whoever the hub knows by now speaks under their name from the first word on. */
  formFilled(visitor = this.state.get().visitor): void {
    this.#account.formFilled();
    this.#become({ visitor });
  }

  /** Puts a message on its way, making a conversation for it when there is none. */
  send(text: string, extra: OutboxExtra = {}): void {
    const { room } = this.state.get();
    const running = this.#running();
    room?.teller.stop();
    if (room && !running) this.startOver();
    this.outbox.add(running ? running.id : null, text, 'message', extra);
    this.#openConversation();
  }

  /** The conversation that pictures are uploaded to and calls are part of, made when there is none. */
  async ensureConversation(): Promise<string> {
    // Before that nobody may make one.
    await this.becomeReady();
    const running = this.#running();
    if (running) return running.id;
    const life = this.#life;
    const session = await this.#askForConversation();
    if (life !== this.#life) throw Failure.disconnected();
    this.#enter(session.id, session.state.last_seq === 0);
    return session.id;
  }

  async requestPerson(): Promise<void> {
    const sessionId = await this.ensureConversation();
    const { state } = await this.connection.ask('handoff:request', { session_id: sessionId });
    this.state.get().room?.setState(state);
  }

  /** What the visitor thinks of an answer; null takes it back. */
  async rate(messageId: string, value: 1 | -1 | null): Promise<void> {
    const { room } = this.state.get();
    if (!room) return;
    await this.connection.ask('message:rate', {
      session_id: room.id,
      message_id: messageId,
      value,
    });
  }

  /** What the page knows of the visitor; kept until the hub has heard it. */
  setAttributes(attributes: Attributes): void {
    this.#attributes = { ...this.#attributes, ...attributes };
    void this.#tellAttributes();
  }

  /** Tells the hub where the visitor is now, while it listens. */
  viewPage(): void {
    const { locale: _, ...page } = this.#ports.page();
    if (this.connection.hello) this.connection.tell('page:view', page);
  }

  /** A conversation to be read, with nothing else done in it. The reader closes it. */
  read(sessionId: string): Room {
    const room = new Room(sessionId, this.connection, this.#ports.clock);
    room.open();
    return room;
  }

  /** Pages with an open socket are not kept for the way back. */
  leave(): void {
    this.#was_connected = this.connection.state.get().kind !== 'idle';
    this.connection.stop();
  }

  comeBack(): void {
    if (this.#was_connected) this.connection.start();
  }

  /** Nothing is asked or heard any more. */
  stop(): void {
    this.#life += 1;
    this.#cancelRetry();
    this.#cancelStale();
    this.outbox.stop();
    this.connection.stop();
  }

  async end(): Promise<void> {
    const { room } = this.state.get();
    if (!room) return;
    const { state } = await this.connection.ask('session:end', { session_id: room.id });
    room.setState(state);
  }

  /** Leaves the ended conversation behind; the next message begins a new one. */
  startOver(): void {
    this.state.get().room?.close();
    this.#change({ room: null });
  }

  fetchOlder = (id: string, before: number): Promise<{ entries: Entry[]; has_more: boolean }> => {
    return this.rest.get<'/conversations/{id}/entries'>(
      `/conversations/${id}/entries?before=${before}&limit=50`,
    );
  };

  setUser(identity: Identity): void {
    this.#identity = identity;
    if (this.state.get().phase !== 'idle') void this.#signIn();
  }

  /** Forgets the visitor on this device. */
  forget(): void {
    this.#life += 1;
    this.#cancelRetry();
    this.startOver();
    this.connection.stop();
    this.outbox.clear();
    this.#account.forget();
    this.#identity = null;
    this.#attributes = {};
    this.state.set({ ...FIRST_STATE, channel: this.state.get().channel });
  }

  /** Waits until it is known who the visitor is. */
  becomeReady(): Promise<void> {
    this.start();
    return new Promise((resolve, reject) => {
      let stop = () => {};
      const look = ({ phase, failure }: ChatState) => {
        if (phase === 'starting') return;
        stop();
        if (phase === 'ready') resolve();
        else reject(new Failure(failure ?? 'disconnected', 'the chat is not open'));
      };
      stop = this.state.subscribe(look);
      look(this.state.get());
    });
  }

  async #signIn(): Promise<void> {
    const life = ++this.#life;
    this.#sharing ??= this.#ports.share?.();
    this.#cancelRetry();
    this.#change({ phase: 'starting' });
    try {
      const answer = await this.#account.signIn(this.#identity);
      if (life === this.#life) this.#signedIn(answer);
    } catch (error) {
      if (life === this.#life) this.#signInFailed(error);
    }
  }

  #signedIn({ visitor, channel, session }: WidgetSessionAnswer): void {
    this.#attempt = 0;
    this.#become({ phase: 'ready', failure: null, visitor, ...this.#heard(channel) });
    if (session) this.#enter(session.id, false);
    this.connection.start();
    this.#openConversation();
  }

  #heard(channel: WidgetChannel): Partial<ChatState> {
    const { clock } = this.#ports;
    this.#cancelStale();
    this.#cancelStale = clock.after(STALE_MS, () => this.#change({ isStale: true }));
    return { channel, heard_at_ms: clock.now_ms(), isStale: false };
  }

  /** The hub takes an author's name when the connection opens: for another one it is opened anew. */
  #become(change: Pick<ChatState, 'visitor'> & Partial<ChatState>): void {
    const { visitor: before } = this.state.get();
    const { visitor } = change;
    const isRunning = this.connection.state.get().kind !== 'idle';
    const isOther = before !== null && before.id !== visitor?.id;
    const isRenamed = isRunning && before?.name !== visitor?.name;
    if (isOther) this.startOver();
    if (isOther || isRenamed) this.connection.stop();
    this.#change(change);
    if (isRunning && isRenamed && !isOther) this.connection.start();
  }

  #signInFailed(error: unknown): void {
    const failure = error instanceof Failure ? error : new Failure('internal', String(error));
    if (!failure.retry) {
      // A wrong identity changes nothing: the visitor goes on as whoever they were.
      const isIdentity = this.#identity !== null && failure.code === 'unauthenticated';
      this.#identity = null;
      this.#change({ phase: isIdentity ? 'ready' : 'refused', failure: failure.code });
      if (isIdentity && !this.state.get().visitor) void this.#signIn();
      return;
    }
    this.#change({ failure: failure.code });
    const waitMs = backoffMs(this.#attempt++, this.#ports.random, failure.retry_after_ms);
    this.#cancelRetry = this.#ports.clock.after(waitMs, () => void this.#signIn());
  }

  /** The conversation on screen, while it goes on. */
  #running(): Room | null {
    const { room } = this.state.get();
    return room?.view.get().state?.status === 'closed' ? null : room;
  }

  #enter(sessionId: string, isNew: boolean): void {
    if (this.state.get().room?.id === sessionId) return;
    this.state.get().room?.close();
    const room = new Room(sessionId, this.connection, this.#ports.clock);
    room.view.subscribe((view) => this.outbox.settle(sessionId, view.entries));
    this.#change({ room, isNew });
    room.open();
    this.outbox.adopt(sessionId);
  }

  /** Makes the conversation that waiting messages need. */
  #openConversation(): void {
    const waits = this.outbox.items.get().some((item) => item.session_id === null);
    if (!waits || this.#isOpening || this.state.get().phase !== 'ready') return;
    const running = this.#running();
    if (running) {
      this.outbox.adopt(running.id);
      return;
    }
    this.#isOpening = true;
    const life = this.#life;
    this.#askForConversation().then(
      (session) => {
        this.#isOpening = false;
        if (life !== this.#life) return;
        this.#attempt = 0;
        this.#enter(session.id, session.state.last_seq === 0);
      },
      (error: unknown) => {
        this.#isOpening = false;
        if (life === this.#life) this.#openingFailed(error);
      },
    );
  }

  async #askForConversation(): Promise<Session> {
    this.#asked += 1;
    try {
      return await this.#account.openConversation();
    } finally {
      this.#asked -= 1;
    }
  }

  #openingFailed(error: unknown): void {
    const failure = error instanceof Failure ? error : new Failure('internal', String(error));
    if (failure.code === 'unauthenticated') {
      void this.#signIn();
      return;
    }
    const waitMs = backoffMs(++this.#attempt, this.#ports.random, failure.retry_after_ms);
    this.#cancelRetry = this.#ports.clock.after(waitMs, () => this.#openConversation());
  }

  async #tellAttributes(): Promise<void> {
    const told = this.#attributes;
    if (Object.keys(told).length === 0 || this.state.get().phase !== 'ready') return;
    const life = this.#life;
    this.#attributes = {};
    try {
      await this.rest.post<'/widget/profile'>('/widget/profile', { attributes: told });
    } catch (error) {
      // What the hub will never take is dropped; the rest is told with the next connection.
      const isFinal = error instanceof Failure && !error.retry;
      if (life === this.#life && !isFinal) this.#attributes = { ...told, ...this.#attributes };
      if (isFinal) console.warn('Switchboard: attributes refused:', error.message);
    }
  }

  /** Another tab or device of the visitor began a conversation, or was answered in one. */
  #takeNews({ session, reason }: Pick<UserSession, 'session' | 'reason'>): void {
    // What is said of an ended one, such as its rating, is not talk.
    if (this.#asked > 0 || this.#running() || session.state.status === 'closed') return;
    // The one on screen, which is over, stays: entering it again changes nothing.
    if (reason === 'created' || reason === 'message') this.#enter(session.id, false);
  }

  #watch(): void {
    this.connection.on('user:session', (news) => this.#takeNews(news));
    this.connection.state.subscribe((state) => {
      if (state.kind === 'idle' || state.kind === 'stopped') {
        this.#sharing?.then((sharing) => sharing.rest(this.connection)).catch(() => {});
      }
      // The hub no longer knows the token: sign in again, as whoever it makes of us.
      const isUnknown = state.kind === 'stopped' && state.code === UNAUTHENTICATED_CODE;
      if (isUnknown && this.#refusals < MAX_REFUSALS) {
        this.#refusals += 1;
        void this.#signIn();
      }
      if (state.kind === 'open') {
        this.#refusals = 0;
        this.#openConversation();
        void this.#tellAttributes();
        // Only now it is known that the whole address is wanted.
        if (this.state.get().channel?.keep_page_query && !this.#was_told) this.viewPage();
        this.#was_told = true;
      }
    });
    this.outbox.items.subscribe((items) => {
      const refused = items.find((item) => item.failure === 'conversation_closed');
      if (!refused) return;
      // Idle conversations close behind the visitor's back; their next message opens a new one.
      if (this.state.get().room?.id === refused.session_id) this.startOver();
      this.outbox.orphan(refused.client_message_id);
      this.#openConversation();
    });
  }

  /** Before every connection: with the hub's word of who the visitor is, tabs share one. */
  async #token(): Promise<string> {
    try {
      const sharing = await this.#sharing;
      if (sharing) this.#openSocket = await sharing.prepare(this.connection, this.state);
    } catch {
      // Without that part every tab has its own.
    }
    return this.#account.token ?? '';
  }

  #change(change: Partial<ChatState>): void {
    this.state.update((state) => ({ ...state, ...change }));
  }
}
