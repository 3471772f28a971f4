// How a view of the inbox is ordered, and what a change may do to a row's place and preview.

import type { ConversationSummary, InboxFilter, Priority } from './wire.ts';

/** What a list is ordered by. */
export type ListOrder = Pick<InboxFilter, 'view' | 'sort'>;

/** A conversation with what its place follows from. */
export interface Placed {
  conversation: ConversationSummary;
  /** When something last happened that people did; later is higher, but not among those who wait. */
  moved_at: string;
}

const RANKS: Readonly<Record<Priority, number>> = { urgent: 3, high: 2, medium: 1, low: 0 };
/** No priority counts as medium: only a person who chose "low" meant it. */
const NO_RANK = RANKS.medium;

/** What people do; anything else that comes with an update leaves a row where it is. */
const MOVING: readonly string[] = [
  'created',
  'message',
  'handoff',
  'takeover',
  'release',
  'assigned',
  'closed',
];

/** Since when the visitor waits for a person. */
export function waitingSince({ state }: ConversationSummary): string {
  return state.responder.since;
}

export function comparePlaces(order: ListOrder, a: Placed, b: Placed): number {
  if (order.sort === 'longest_wait' || order.sort === 'unanswered') {
    const isFirst = order.sort === 'unanswered' ? isUnanswered : isWaiting;
    const [first, second] = [isFirst(a.conversation), isFirst(b.conversation)];
    if (first !== second) return first ? -1 : 1;
    if (first) return compareOldest(order, a, b);
  } else if (order.view === 'waiting' && !order.sort) {
    return compareWaiting(a.conversation, b.conversation);
  }
  if (a.moved_at !== b.moved_at) return a.moved_at < b.moved_at ? 1 : -1;
  return -compareIds(a.conversation, b.conversation);
}

function isWaiting({ state }: ConversationSummary): boolean {
  return state.status === 'waiting';
}

/** Whether the visitor wrote last. */
export function isUnanswered({ state, last_message }: ConversationSummary): boolean {
  return state.status !== 'closed' && last_message?.role === 'visitor';
}

/** The longest wait first, or the oldest change. */
function compareOldest({ sort }: ListOrder, a: Placed, b: Placed): number {
  const since = (it: Placed) =>
    sort === 'longest_wait' ? waitingSince(it.conversation) : it.moved_at;
  const [sinceA, sinceB] = [since(a), since(b)];
  if (sinceA !== sinceB) return sinceA < sinceB ? -1 : 1;
  return compareIds(a.conversation, b.conversation);
}

/** Urgent ones first, and among equals whoever has waited longest. */
function compareWaiting(a: ConversationSummary, b: ConversationSummary): number {
  const rank = rankOf(b) - rankOf(a);
  if (rank !== 0) return rank;
  const [sinceA, sinceB] = [waitingSince(a), waitingSince(b)];
  if (sinceA !== sinceB) return sinceA < sinceB ? -1 : 1;
  return compareIds(a, b);
}

/** Nothing but the same conversation has the same place. */
function compareIds(a: ConversationSummary, b: ConversationSummary): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

function rankOf({ state }: ConversationSummary): number {
  return state.priority ? RANKS[state.priority] : NO_RANK;
}

/** The conversation as it is now: automatic messages neither move it nor become its preview. */
export function place(
  conversation: ConversationSummary,
  before: Placed | null,
  reason: string | null,
): Placed {
  const isAutomatic = conversation.last_message?.role === 'system';
  const shown =
    isAutomatic && before
      ? { ...conversation, last_message: before.conversation.last_message }
      : conversation;
  const isMove =
    reason === null || (MOVING.includes(reason) && !(reason === 'message' && isAutomatic));
  const movedAt = before && !isMove ? before.moved_at : conversation.state.updated_at;
  return { conversation: shown, moved_at: movedAt };
}

/** Where `item` is, or belongs, in an ordered list. */
export function findPlace(order: ListOrder, list: readonly Placed[], item: Placed): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = list[middle];
    if (other && comparePlaces(order, other, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
