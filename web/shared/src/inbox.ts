// The agents' inbox, live: the newest conversations of one view, moving as things happen.

import { Cell } from './cell.ts';
import type { Connection } from './connection.ts';
import type { Cancel } from './ports.ts';
import type { ConversationSummary, Counts, InboxView, ItemList } from './wire.ts';

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
  const { status, assignee } = it.state;
  if (view === 'closed') return status === 'closed';
  if (status === 'closed') return false;
  if (view === 'mine') return assignee !== null && assignee.id === me;
  if (view === 'unassigned') return assignee === null;
  return view === 'all' || status === 'waiting';
}

function newestFirst(a: ConversationSummary, b: ConversationSummary): number {
  if (a.state.updated_at !== b.state.updated_at) {
    return a.state.updated_at < b.state.updated_at ? 1 : -1;
  }
  return a.id < b.id ? 1 : -1;
}

export class Inbox {
  readonly state: Cell<InboxState>;
  #connection: Connection;
  #onChange: (change: InboxChange) => void;
  #cancels: Cancel[] = [];
  /** The latest known of every conversation, so that a move between views is noticed. */
  #known = new Map<string, ConversationSummary>();

  constructor(connection: Connection, view: InboxView, onChange: (change: InboxChange) => void) {
    this.#connection = connection;
    this.#onChange = onChange;
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
        this.state.update((state) => ({ ...state, counts: data.counts }));
        this.take(data.conversation, data.reason);
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

  show(view: InboxView): void {
    if (view === this.state.get().view) return;
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
    return this.#known.get(id) ?? null;
  }

  /** Adds the next page, fetched by REST. */
  append(view: InboxView, page: ItemList<ConversationSummary>): void {
    const state = this.state.get();
    if (state.view !== view) return;
    const shown = new Set(state.conversations.map((it) => it.id));
    const fresh = page.items.filter((it) => !shown.has(it.id));
    for (const it of fresh) this.#known.set(it.id, it);
    const conversations = [...state.conversations, ...fresh].sort(newestFirst);
    this.state.set({ ...state, conversations, next_cursor: page.next_cursor });
  }

  /** Takes a conversation as it is now, and puts it where it belongs. */
  take(conversation: ConversationSummary, reason: string): void {
    const before = this.#known.get(conversation.id) ?? null;
    this.#known.set(conversation.id, conversation);
    this.state.update((state) => {
      const others = state.conversations.filter((it) => it.id !== conversation.id);
      const conversations = belongsTo(state.view, conversation, this.#me())
        ? [...others, conversation].sort(newestFirst)
        : others;
      return { ...state, conversations };
    });
    this.#onChange({ conversation, before, reason });
  }

  #me(): string | null {
    return this.#connection.hello?.user.id ?? null;
  }

  #subscribe(): void {
    if (!this.#connection.hello) return;
    const { view } = this.state.get();
    this.#connection.ask('inbox:subscribe', { filter: { view } }).then(
      (ack) => {
        if (this.state.get().view !== view) return;
        for (const it of ack.conversations) this.#known.set(it.id, it);
        this.state.set({
          view,
          phase: 'live',
          conversations: [...ack.conversations].sort(newestFirst),
          counts: ack.counts,
          next_cursor: ack.next_cursor,
        });
      },
      () => {
        // Lost connections subscribe again by themselves; a refusal is shown with a button.
        if (!this.#connection.hello) return;
        this.state.update((state) => ({ ...state, phase: 'failed' }));
      },
    );
  }
}
