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
  CallTicketAnswer,
  Entry,
  Identity,
  Visitor,
  WidgetChannel,
  WidgetSessionAnswer,
} from '@switchboard/shared/wire.ts';
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
  page: () => PageFacts;
}

export interface ChatState {
  /** `refused`: the key or the page's origin is wrong, so trying again is of no use. */
  phase: 'idle' | 'starting' | 'ready' | 'refused';
  failure: FailureCode | null;
  visitor: Visitor | null;
  channel: WidgetChannel | null;
  room: Room | null;
  /** Whether the conversation began here and now, rather than being found again. */
  isNew: boolean;
}

const UNAUTHENTICATED_CODE = 4501;
const MAX_REFUSALS = 3;

const FIRST_STATE: ChatState = {
  phase: 'idle',
  failure: null,
  visitor: null,
  channel: null,
  room: null,
  isNew: false,
};

export class Chat {
  readonly state = new Cell<ChatState>(FIRST_STATE);
  readonly connection: Connection;
  readonly outbox: Outbox;
  #ports: ChatPorts;
  #rest: Rest;
  #account: VisitorAccount;
  #identity: Identity | null = null;
  #attempt = 0;
  #refusals = 0;
  #cancelRetry: Cancel = () => {};
  #isOpening = false;
  /** Rises when the visitor changes, so that answers meant for the one before are dropped. */
  #life = 0;

  constructor(ports: ChatPorts) {
    this.#ports = ports;
    this.#rest = new Rest({
      base: ports.hub_url,
      fetch: ports.fetch,
      token: () => this.#account.token,
    });
    this.#account = new VisitorAccount(this.#rest, ports.store, ports.channel_key, ports.page);
    this.connection = new Connection({
      url: ports.socket_url,
      client: 'widget/1.0',
      client_id: ports.newId(),
      token: () => Promise.resolve(this.#account.token ?? ''),
      openSocket: ports.openSocket,
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

  /** Where the hub is. */
  get hub_url(): string {
    return this.#ports.hub_url;
  }

  /** What proves to the hub who the visitor is. */
  get token(): string | null {
    return this.#account.token;
  }

  /** Puts a message on its way, making a conversation for it when there is none. */
  send(text: string, extra: OutboxExtra = {}): void {
    const { room } = this.state.get();
    const isOpen = room && room.view.get().state?.status !== 'closed';
    room?.teller.stop();
    if (room && !isOpen) this.startOver();
    this.outbox.add(isOpen ? room.id : null, text, 'message', extra);
    this.#openConversation();
  }

  /** The conversation that pictures are uploaded to and calls are part of, made when there is none. */
  async ensureConversation(): Promise<string> {
    const { room } = this.state.get();
    if (room && room.view.get().state?.status !== 'closed') return room.id;
    const life = this.#life;
    const session = await this.#account.openConversation();
    if (life !== this.#life) throw Failure.disconnected();
    this.#enter(session.id, session.state.last_seq === 0);
    return session.id;
  }

  /** Lets the visitor in to a call; what is said in it becomes part of the conversation. */
  async askForCall(): Promise<CallTicketAnswer> {
    await this.#becomeReady();
    const sessionId = await this.ensureConversation();
    try {
      return await this.#rest.post<'/widget/calls'>('/widget/calls', { session_id: sessionId });
    } catch (error) {
      // A page that was left, or another one, has the call already.
      const running =
        error instanceof Failure && error.code === 'conflict' && error.details.call_id;
      if (typeof running !== 'string') throw error;
      return await this.rejoinCall(running);
    }
  }

  /** Lets the visitor in to a call that runs. */
  async rejoinCall(callId: string): Promise<CallTicketAnswer> {
    await this.#becomeReady();
    return await this.#rest.post<'/widget/calls/{id}/legs'>(
      `/widget/calls/${encodeURIComponent(callId)}/legs`,
    );
  }

  async requestPerson(): Promise<void> {
    const { room } = this.state.get();
    if (!room) return;
    const { state } = await this.connection.ask('handoff:request', { session_id: room.id });
    room.setState(state);
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

  fetchOlder = (before: number): Promise<{ entries: Entry[]; has_more: boolean }> => {
    const id = this.state.get().room?.id ?? '';
    return this.#rest.get<'/conversations/{id}/entries'>(
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
    this.state.set({ ...FIRST_STATE, channel: this.state.get().channel });
  }

  /** Waits until it is known who the visitor is. */
  #becomeReady(): Promise<void> {
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
    const before = this.state.get();
    if (before.visitor && before.visitor.id !== visitor.id) {
      this.startOver();
      this.connection.stop();
    }
    this.#change({ phase: 'ready', failure: null, visitor, channel });
    if (session) this.#enter(session.id, false);
    this.connection.start();
    this.#openConversation();
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
    const { phase, room } = this.state.get();
    if (!waits || this.#isOpening || phase !== 'ready') return;
    if (room && room.view.get().state?.status !== 'closed') {
      this.outbox.adopt(room.id);
      return;
    }
    this.#isOpening = true;
    const life = this.#life;
    this.#account.openConversation().then(
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

  #openingFailed(error: unknown): void {
    const failure = error instanceof Failure ? error : new Failure('internal', String(error));
    if (failure.code === 'unauthenticated') {
      void this.#signIn();
      return;
    }
    const waitMs = backoffMs(++this.#attempt, this.#ports.random, failure.retry_after_ms);
    this.#cancelRetry = this.#ports.clock.after(waitMs, () => this.#openConversation());
  }

  #watch(): void {
    this.connection.state.subscribe((state) => {
      // The hub no longer knows the token: sign in again, as whoever it makes of us.
      const isUnknown = state.kind === 'stopped' && state.code === UNAUTHENTICATED_CODE;
      if (isUnknown && this.#refusals < MAX_REFUSALS) {
        this.#refusals += 1;
        void this.#signIn();
      }
      if (state.kind === 'open') {
        this.#refusals = 0;
        this.#openConversation();
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

  #change(change: Partial<ChatState>): void {
    this.state.update((state) => ({ ...state, ...change }));
  }
}
