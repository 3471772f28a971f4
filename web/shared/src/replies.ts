// A reply of the assistant while it is being written: what is known of it, from events in any order.

import type { ReplyUsage } from './wire.ts';

export interface Reply {
  message_id: string;
  stage: 'thinking' | 'tool' | 'writing';
  /** The tool that is being used, while one is. */
  tool: string | null;
  text: string;
  /** Of `text`, in Unicode code points, as the hub counts offsets. */
  length: number;
  /** The connection was lost since; only news of it from a new one proves that it still goes on. */
  isStale: boolean;
}

export interface ReplyFailure {
  message_id: string;
  code: string;
  message: string;
  retry: boolean;
}

export interface Replies {
  /** A conversation has one reply in flight at most. */
  current: Reply | null;
  failure: ReplyFailure | null;
  /** Replies that ended, the last ones: what still arrives of them is late. */
  over: readonly string[];
  usage: Readonly<Record<string, ReplyUsage>>;
}

export type ReplyNews =
  | { kind: 'processing'; message_id: string; stage: 'thinking' | 'tool'; tool: string | null }
  | { kind: 'delta'; message_id: string; offset: number; text: string }
  /** The reply stands in the log. */
  | { kind: 'final'; message_id: string }
  | { kind: 'cancelled'; message_id: string }
  | ({ kind: 'failed' } & ReplyFailure)
  | { kind: 'complete'; message_id: string; usage: ReplyUsage | null }
  /** Somebody wrote, or asked for another try: an old failure is no news any more. */
  | { kind: 'moved on' }
  | { kind: 'connection lost' }
  | { kind: 'joined' };

export const NO_REPLIES: Replies = { current: null, failure: null, over: [], usage: {} };

/** More can hardly be on the way when the first of them ended. */
const OVER_KEPT = 16;
/** What an agent may still point at. */
const USAGE_KEPT = 100;

export function takeReplyNews(replies: Replies, news: ReplyNews): Replies {
  switch (news.kind) {
    case 'processing':
      return takeProcessing(replies, news);
    case 'delta':
      return takeDelta(replies, news);
    case 'final':
    case 'cancelled':
      return end(replies, news.message_id);
    case 'failed': {
      const { kind: _, ...failure } = news;
      return { ...end(replies, news.message_id), failure };
    }
    case 'complete':
      return news.usage ? keepUsage(replies, news.message_id, news.usage) : replies;
    case 'moved on':
      return replies.failure ? { ...replies, failure: null } : replies;
    case 'connection lost':
      return replies.current
        ? { ...replies, current: { ...replies.current, isStale: true } }
        : replies;
    case 'joined':
      // The hub tells a new connection of a reply that goes on; one it does not tell of is over.
      return replies.current?.isStale ? end(replies, replies.current.message_id, false) : replies;
  }
}

function takeProcessing(
  replies: Replies,
  { message_id, stage, tool }: Extract<ReplyNews, { kind: 'processing' }>,
): Replies {
  if (replies.over.includes(message_id)) return replies;
  const known = currentOf(replies, message_id);
  return { ...replies, failure: null, current: { ...known, stage, tool, isStale: false } };
}

function takeDelta(
  replies: Replies,
  { message_id, offset, text }: Extract<ReplyNews, { kind: 'delta' }>,
): Replies {
  if (replies.over.includes(message_id)) return replies;
  const known = currentOf(replies, message_id);
  const isWhole = offset === 0;
  // A repeat, or a piece was lost: the whole text, or the entry, puts it right.
  if (!isWhole && offset !== known.length) return replies;
  const current: Reply = {
    message_id,
    stage: 'writing',
    tool: null,
    text: isWhole ? text : known.text + text,
    length: offset + countCodePoints(text),
    isStale: false,
  };
  return { ...replies, failure: null, current };
}

function currentOf({ current }: Replies, messageId: string): Reply {
  if (current?.message_id === messageId) return current;
  return {
    message_id: messageId,
    stage: 'thinking',
    tool: null,
    text: '',
    length: 0,
    isStale: false,
  };
}

function end(replies: Replies, messageId: string, isCertain = true): Replies {
  const current = replies.current?.message_id === messageId ? null : replies.current;
  const isKnown = replies.over.includes(messageId);
  if (current === replies.current && isKnown) return replies;
  const over =
    isCertain && !isKnown ? [...replies.over, messageId].slice(-OVER_KEPT) : replies.over;
  return { ...replies, current, over };
}

function keepUsage(replies: Replies, messageId: string, usage: ReplyUsage): Replies {
  const kept = Object.entries(replies.usage).slice(1 - USAGE_KEPT);
  return { ...replies, usage: { ...Object.fromEntries(kept), [messageId]: usage } };
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
