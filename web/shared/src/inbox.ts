// The agents' inbox, live: the newest conversations of one view, moving as things happen.

import { Cell } from './cell.ts';
import type { Connection } from './connection.ts';
import { InboxSigns } from './inbox-signs.ts';
import { type Placed, place } from './inbox-order.ts';
import { InboxRows } from './inbox-rows.ts';
import type { Cancel } from './ports.ts';
import type { ConversationSummary, Counts, InboxFilter, InboxView, List } from './wire.ts';

export interface InboxState {
  view: InboxView;
  /** What is shown, the view included; the same object until another is shown. */
  filter: InboxFilter;
  /** The saved view that is shown. */
  saved: string | null;
  phase: 'loading' | 'live' | 'failed';
  conversations: readonly ConversationSummary[];
  counts: Counts | null;
  /** Of saved views, by their ids. */
  views: Readonly<Record<string, number>>;
  next_cursor: string | null;
}

export interface InboxChange {
  conversation: ConversationSummary;
  before: ConversationSummary | null;
  reason: string;
}

/** Whether a conversation fits a filter, as the hub decides it too. Who is mentioned only the hub knows. */
export function fits(filter: InboxFilter, it: ConversationSummary, me: string | null): boolean {
  const { status, channel_id, assignee, label } = filter;
  const own = it.state.assignee?.id ?? null;
  if (status && it.state.status !== status) return false;
  if (channel_id && it.channel_id !== channel_id) return false;
  if (label && !it.state.labels.includes(label)) return false;
  if (assignee === 'none' && own !== null) return false;
  if (assignee === 'me' && own !== me) return false;
  if (assignee && assignee !== 'none' && assignee !== 'me' && own !== assignee) return false;
  return belongsTo(filter.view, it, me);
}

/** Whether a conversation belongs to a view. */
export function belongsTo(view: InboxView, it: ConversationSummary, me: string | null): boolean {
  const { status, assignee, responder } = it.state;
  if (view === 'mentions') return false;
  if (view === 'closed') return status === 'closed';
  if (status === 'closed') return false;
  if (view === 'all') return true;
  if (view === 'snoozed') return status === 'snoozed';
  if (view === 'waiting') return status === 'waiting';
  if (view === 'my_turn') {
    return status === 'open' && responder.agent?.id === me && it.last_message?.role === 'visitor';
  }
  // What is put aside is in nobody's way.
  if (status === 'snoozed') return false;
  if (view === 'mine') return assignee !== null && assignee.id === me;
  return assignee === null;
}

export interface InboxOptions {
  connection: Connection;
  view: InboxView;
  onChange: (change: InboxChange) => void;
  /** Runs soon, and collects what comes until then; at once without it. */
  schedule?: (run: () => void) => void;
}

export class Inbox {
  readonly state: Cell<InboxState>;
  readonly signs = new InboxSigns();
  #connection: Connection;
  #onChange: InboxOptions['onChange'];
  #schedule: (run: () => void) => void;
  #cancels: Cancel[] = [];
  /** The latest known of every conversation, so that a move between views is noticed. */
  #known = new Map<string, Placed>();
  /** The rows as they are shown; the same objects as in `#known` until a change is drawn. */
  #rows: InboxRows;
  /** Changed, and not drawn yet. */
  #changed = new Set<string>();
  #counts: Counts | null = null;

  constructor({ connection, view, onChange, schedule = (run) => run() }: InboxOptions) {
    this.#connection = connection;
    this.#onChange = onChange;
    this.#schedule = schedule;
    this.#rows = new InboxRows({ view });
    this.state = new Cell<InboxState>({
      view,
      filter: { view },
      saved: null,
      phase: 'loading',
      conversations: [],
      counts: null,
      views: {},
      next_cursor: null,
    });
  }

  open(): void {
    this.#cancels = [
      this.#connection.on('inbox:updated', (data) => {
        this.#counts = data.counts;
        this.take(data.conversation, data.reason);
      }),
      this.#connection.on('session:removed', ({ session_id }) => this.#remove(session_id)),
      this.#connection.on('inbox:signs', (signs) => this.signs.take(signs)),
      this.#connection.on('inbox:views', ({ counts }) => {
        const views = Object.fromEntries(counts.map((it) => [it.id, it.count]));
        this.state.update((state) => ({ ...state, views }));
      }),
      this.#connection.state.subscribe((state) => {
        if (state.kind === 'open' && !state.draining) this.#subscribe();
      }),
    ];
    this.#subscribe();
  }

  close(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  /** Shows one of the views that every inbox has. */
  show(view: InboxView): void {
    const { filter, saved } = this.state.get();
    const isPlain = saved === null && Object.keys(filter).length === 1;
    if (view === filter.view && isPlain) return;
    this.showFilter({ view });
  }

  showFilter(filter: InboxFilter, saved: string | null = null): void {
    this.#rows = new InboxRows(filter);
    this.state.update((state) => ({
      ...state,
      view: filter.view,
      filter,
      saved,
      phase: 'loading',
      conversations: [],
      next_cursor: null,
    }));
    this.#subscribe();
  }

  refresh(): void {
    this.#subscribe();
  }

  find(id: string): ConversationSummary | null {
    return this.#known.get(id)?.conversation ?? null;
  }

  /** Whether it is one of the rows that are shown. */
  shows(id: string): boolean {
    return this.#rows.has(id);
  }

  /** Adds the next page, fetched by REST. */
  append(filter: InboxFilter, page: List<ConversationSummary>): void {
    if (this.state.get().filter !== filter) return;
    const fresh = page.items.filter((it) => !this.#rows.has(it.id));
    this.#rows = this.#rows.with(fresh.map((it) => this.#meet(it)));
    this.#show({ next_cursor: page.next_cursor });
  }

  /** Takes a conversation as it is now, and puts it where it belongs. */
  take(conversation: ConversationSummary, reason: string): void {
    const before = this.#known.get(conversation.id) ?? null;
    const placed = place(conversation, before, reason);
    this.#known.set(conversation.id, placed);
    if (this.#changed.size === 0) this.#schedule(() => this.#flush());
    this.#changed.add(conversation.id);
    this.#onChange({
      conversation: placed.conversation,
      before: before?.conversation ?? null,
      reason,
    });
  }

  /** Forgets a conversation that is no longer stored. */
  #remove(id: string): void {
    if (!this.#known.delete(id)) return;
    if (this.#changed.size === 0) this.#schedule(() => this.#flush());
    this.#changed.add(id);
  }

  /** Draws what has changed: those rows are taken out and put where they belong. */
  #flush(): void {
    const { filter } = this.state.get();
    const me = this.#me();
    const gone: string[] = [];
    const put: Placed[] = [];
    for (const id of this.#changed) {
      const placed = this.#known.get(id);
      const isStaying = filter.view === 'mentions' && this.#rows.has(id);
      if (placed && (isStaying || fits(filter, placed.conversation, me))) put.push(placed);
      else gone.push(id);
    }
    this.#rows.change(gone, put);
    this.#changed.clear();
    this.#show({ counts: this.#counts ?? this.state.get().counts });
  }

  /** A conversation from a list: older news of it does not undo newer ones. */
  #meet(conversation: ConversationSummary): Placed {
    const known = this.#known.get(conversation.id);
    if (known && known.conversation.state.last_seq > conversation.state.last_seq) return known;
    const isSame = known?.conversation.state.last_seq === conversation.state.last_seq;
    const placed = isSame
      ? place(conversation, known ?? null, 'read')
      : place(conversation, null, null);
    this.#known.set(conversation.id, placed);
    return placed;
  }

  #show(change: Partial<InboxState>): void {
    const conversations = this.#rows.snapshot();
    this.state.update((state) => ({ ...state, ...change, conversations }));
  }

  #me(): string | null {
    return this.#connection.hello?.user.id ?? null;
  }

  #subscribe(): void {
    if (!this.#connection.hello) return;
    const { filter } = this.state.get();
    this.signs.begin();
    this.#connection.ask('inbox:subscribe', { filter }).then(
      (ack) => {
        this.signs.replace(ack.signs);
        if (this.state.get().filter !== filter) return;
        this.#counts = ack.counts;
        const { counts, next_cursor } = ack;
        const views = Object.fromEntries(ack.views.map((it) => [it.id, it.count]));
        this.#rows = new InboxRows(
          filter,
          ack.conversations.map((it) => this.#meet(it)),
        );
        this.#show({ phase: 'live', counts, views, next_cursor });
      },
      () => {
        this.signs.end();
        // Lost connections subscribe again by themselves; a refusal is shown with a button.
        if (!this.#connection.hello) return;
        this.state.update((state) => ({ ...state, phase: 'failed' }));
      },
    );
  }
}
