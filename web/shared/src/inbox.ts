// The agents' inbox, live: the newest conversations of one view, moving as things happen.

import { Cell } from './cell.ts';
import type { Connection } from './connection.ts';
import { InboxSigns } from './inbox-signs.ts';
import { comparePlaces, findPlace, type Placed, place } from './inbox-order.ts';
import type { Cancel } from './ports.ts';
import type { ConversationSummary, Counts, InboxView, List } from './wire.ts';

export interface InboxState {
  view: InboxView;
  phase: 'loading' | 'live' | 'failed';
  conversations: readonly ConversationSummary[];
  counts: Counts | null;
  next_cursor: string | null;
}

export interface InboxChange {
  conversation: ConversationSummary;
  before: ConversationSummary | null;
  reason: string;
}

/** Whether a conversation belongs to a view, as the hub decides it too. */
export function belongsTo(view: InboxView, it: ConversationSummary, me: string | null): boolean {
  const { status, assignee, responder } = it.state;
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
  /** The rows as they are shown, in order; the same objects as in `#known` until a change is drawn. */
  #rows: readonly Placed[] = [];
  /** Changed, and not drawn yet. */
  #changed = new Set<string>();
  #counts: Counts | null = null;

  constructor({ connection, view, onChange, schedule = (run) => run() }: InboxOptions) {
    this.#connection = connection;
    this.#onChange = onChange;
    this.#schedule = schedule;
    this.state = new Cell<InboxState>({
      view,
      phase: 'loading',
      conversations: [],
      counts: null,
      next_cursor: null,
    });
  }

  open(): void {
    this.#cancels = [
      this.#connection.on('inbox:updated', (data) => {
        this.#counts = data.counts;
        this.take(data.conversation, data.reason);
      }),
      this.#connection.on('inbox:signs', (signs) => this.signs.take(signs)),
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

  show(view: InboxView): void {
    if (view === this.state.get().view) return;
    this.#rows = [];
    this.state.update((state) => ({
      ...state,
      view,
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

  /** Adds the next page, fetched by REST. */
  append(view: InboxView, page: List<ConversationSummary>): void {
    const state = this.state.get();
    if (state.view !== view) return;
    const shown = new Set(this.#rows.map((it) => it.conversation.id));
    const fresh = page.items.filter((it) => !shown.has(it.id));
    this.#draw([...this.#rows, ...fresh.map((it) => this.#meet(it))], {
      next_cursor: page.next_cursor,
    });
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

  /** Draws what has changed: each row is taken out and put where it belongs, the others are not looked at. */
  #flush(): void {
    const { view } = this.state.get();
    const rows = this.#rows.filter((it) => !this.#changed.has(it.conversation.id));
    const me = this.#me();
    for (const id of this.#changed) {
      const placed = this.#known.get(id);
      if (!placed || !belongsTo(view, placed.conversation, me)) continue;
      rows.splice(findPlace(view, rows, placed), 0, placed);
    }
    this.#changed.clear();
    this.#rows = rows;
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

  #draw(rows: Placed[], change: Partial<InboxState>): void {
    const view = change.view ?? this.state.get().view;
    this.#rows = rows.sort((a, b) => comparePlaces(view, a, b));
    this.#show(change);
  }

  #show(change: Partial<InboxState>): void {
    const conversations = this.#rows.map((it) => it.conversation);
    this.state.update((state) => ({ ...state, ...change, conversations }));
  }

  #me(): string | null {
    return this.#connection.hello?.user.id ?? null;
  }

  #subscribe(): void {
    if (!this.#connection.hello) return;
    const { view } = this.state.get();
    this.signs.begin();
    this.#connection.ask('inbox:subscribe', { filter: { view } }).then(
      (ack) => {
        this.signs.replace(ack.signs);
        if (this.state.get().view !== view) return;
        this.#counts = ack.counts;
        const { counts, next_cursor } = ack;
        const rows = ack.conversations.map((it) => this.#meet(it));
        this.#draw(rows, { view, phase: 'live', counts, next_cursor });
      },
      () => {
        // Lost connections subscribe again by themselves; a refusal is shown with a button.
        if (!this.#connection.hello) return;
        this.state.update((state) => ({ ...state, phase: 'failed' }));
      },
    );
  }
}
