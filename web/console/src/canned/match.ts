// Which canned replies fit what is typed behind a slash, the best first.

import type { CannedReply } from '@switchboard/shared/wire.ts';

/** Case and accents do not count. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
}

/** Those that have every word, by where it stands: the shortcut, the title, the folder or the text; then the most used. */
export function matchReplies(replies: readonly CannedReply[], query: string): CannedReply[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return replies
    .map((reply) => ({ reply, rank: rankOf(reply, words) }))
    .filter(({ rank }) => rank !== null)
    .sort(
      (a, b) =>
        (a.rank ?? 0) - (b.rank ?? 0) ||
        b.reply.used_count - a.reply.used_count ||
        a.reply.shortcut.localeCompare(b.reply.shortcut),
    )
    .map(({ reply }) => reply);
}

/** Null where a word is nowhere. */
function rankOf(reply: CannedReply, words: readonly string[]): number | null {
  const title = fold(reply.title);
  const rest = fold(`${reply.folder ?? ''} ${reply.body}`);
  let rank = 0;
  for (const word of words) {
    if (reply.shortcut === word) rank += 0;
    else if (reply.shortcut.startsWith(word)) rank += 1;
    else if (reply.shortcut.includes(word)) rank += 2;
    else if (title.includes(word)) rank += 3;
    else if (rest.includes(word)) rank += 4;
    else return null;
  }
  return rank;
}

/** What is typed behind a slash at the start of a word, left of the caret. */
export interface Slash {
  /** Where the slash stands. */
  start: number;
  query: string;
}

/** A slash with so much behind it is part of what is written. */
const QUERY_MAX_CHARS = 40;

export function slashAt(text: string, caret: number): Slash | null {
  const before = text.slice(0, caret);
  const start = before.lastIndexOf('/');
  if (start < 0 || (start > 0 && !/\s/.test(before[start - 1] ?? ''))) return null;
  const query = before.slice(start + 1);
  if (query.length > QUERY_MAX_CHARS || /[\n/]|^\s|\s\s/.test(query)) return null;
  return { start, query };
}
