// Which signs fit what is typed behind a colon.

import { fold } from '../canned/match.ts';
import { type Sign, SIGNS } from './emoji-list.ts';

/** A sign with the word that fits what was typed. */
export interface FoundSign {
  sign: string;
  word: string;
}

/** Fewer letters are a smiley of its own, or the end of "as follows:". */
const QUERY_MIN_CHARS = 2;
const SHOWN_MAX = 8;

/** What is typed behind a colon at the start of a word, left of the caret. */
export function colonAt(text: string, caret: number): { start: number; query: string } | null {
  const found = /(?:^|[\s(])(:([\p{L}\p{N}_]+))$/u.exec(text.slice(0, caret));
  const query = found?.[2] ?? '';
  if (query.length < QUERY_MIN_CHARS) return null;
  return { start: caret - query.length - 1, query };
}

/** Those with a word that begins so: the very word first, then by how early it stands among a sign's words. */
export function matchSigns(query: string): readonly FoundSign[] {
  const wanted = fold(query);
  return SIGNS.flatMap((it) => wordOf(it, wanted) ?? [])
    .sort((a, b) => a.rank - b.rank)
    .slice(0, SHOWN_MAX)
    .map(({ sign, word }) => ({ sign, word }));
}

function wordOf({ sign, words }: Sign, wanted: string): (FoundSign & { rank: number }) | null {
  const exact = words.indexOf(wanted);
  if (exact >= 0) return { sign, word: wanted, rank: Math.min(exact, 1) };
  const at = words.findIndex((word) => word.startsWith(wanted));
  const word = words[at];
  return word === undefined ? null : { sign, word, rank: at + 2 };
}
