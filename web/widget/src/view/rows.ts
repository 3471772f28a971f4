// Turns entries and unsent messages into what the log shows: days, events, and groups by author.

import { type Delivery, deliveryOfEntry, deliveryOfItem } from '@switchboard/shared/delivery.ts';
import type { OutboxItem } from '@switchboard/shared/outbox.ts';
import type { RoomView } from '@switchboard/shared/room.ts';
import type { Attachment, Entry, User } from '@switchboard/shared/wire.ts';

export interface Bubble {
  key: string;
  content: string;
  at_ms: number;
  /** Null for what others wrote. */
  delivery: Delivery | null;
  item: OutboxItem | null;
  /** Null while it is unsent. */
  entry: Entry | null;
  attachments: readonly Attachment[];
}

export type Row =
  | { kind: 'day'; key: string; at_ms: number }
  /** Above what the visitor has not seen. */
  | { kind: 'news'; key: string }
  | { kind: 'event'; key: string; entry: Entry }
  | { kind: 'group'; key: string; isMine: boolean; author: User | null; bubbles: Bubble[] };

/** A pause longer than this begins a new group, with its own time. */
const GROUP_PAUSE_MS = 5 * 60_000;

export function buildRows(
  view: RoomView | null,
  items: readonly OutboxItem[],
  me: string,
  news: { after: number; until: number } | null = null,
): Row[] {
  const rows: Row[] = [];
  let lastMs = 0;
  const add = (author: User | null, bubble: Bubble) => {
    const isMine = author === null || author.id === me;
    startDay(rows, lastMs, bubble.at_ms);
    const last = rows.at(-1);
    const isSame =
      last?.kind === 'group' &&
      last.isMine === isMine &&
      (isMine || last.author?.id === author?.id) &&
      bubble.at_ms - lastMs < GROUP_PAUSE_MS;
    if (isSame) last.bubbles.push(bubble);
    else rows.push({ kind: 'group', key: bubble.key, isMine, author, bubbles: [bubble] });
    lastMs = bubble.at_ms;
  };
  let isTold = false;
  for (const entry of view?.entries ?? []) {
    const atMs = Date.parse(entry.created_at);
    const isNew = news && entry.seq > news.after && entry.seq <= news.until;
    if (isNew && !isTold && entry.kind === 'message' && entry.author.id !== me) {
      isTold = true;
      startDay(rows, lastMs, atMs);
      rows.push({ kind: 'news', key: 'news' });
      lastMs = atMs;
    }
    if (entry.kind === 'event') {
      if (!isShownEvent(entry)) continue;
      startDay(rows, lastMs, atMs);
      rows.push({ kind: 'event', key: entry.id, entry });
      lastMs = atMs;
    } else add(entry.author, bubbleOfEntry(entry, atMs, view, me));
  }
  for (const item of items) add(null, bubbleOfItem(item, lastMs));
  return rows;
}

const SHOWN_EVENTS: readonly string[] = [
  'handoff',
  'takeover',
  'release',
  'closed',
  'call_started',
  'call_ended',
  'rated',
];

function isShownEvent(entry: Entry): boolean {
  return SHOWN_EVENTS.includes(entry.event ?? '');
}

function startDay(rows: Row[], lastMs: number, atMs: number): void {
  if (lastMs > 0 && new Date(lastMs).toDateString() === new Date(atMs).toDateString()) return;
  rows.push({ kind: 'day', key: `day-${atMs}-${rows.length}`, at_ms: atMs });
}

function bubbleOfEntry(entry: Entry, atMs: number, view: RoomView | null, me: string): Bubble {
  const isMine = entry.author.id === me;
  const delivery = isMine && view ? deliveryOfEntry(entry, view, (id) => id !== me) : null;
  // The same key as while it was unsent, so that the bubble stays and only its mark changes.
  return {
    key: entry.client_message_id ?? entry.id,
    content: entry.content,
    at_ms: atMs,
    delivery,
    item: null,
    entry,
    attachments: entry.attachments,
  };
}

function bubbleOfItem(item: OutboxItem, lastMs: number): Bubble {
  return {
    key: item.client_message_id,
    content: item.content,
    // Clocks differ; what is unsent is never older than what is above it.
    at_ms: Math.max(item.created_at_ms, lastMs),
    delivery: deliveryOfItem(item),
    item,
    entry: null,
    attachments: item.attachments ?? [],
  };
}

/** Whether a person has been asked for and has not come yet. */
export function isPersonAsked(entries: readonly Entry[]): boolean {
  const last = entries.findLast((entry) =>
    ['handoff', 'takeover', 'release', 'closed'].includes(entry.event ?? ''),
  );
  return last?.event === 'handoff';
}

/** Messages of others after the last one the visitor saw. */
export function countUnread(view: RoomView | null, me: string): number {
  if (!view) return 0;
  const seen = view.read[me] ?? 0;
  return view.entries.filter(
    (entry) => entry.kind === 'message' && entry.seq > seen && entry.author.id !== me,
  ).length;
}
