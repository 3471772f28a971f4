// How well what was typed fits the words of an act.

import { fold } from '../canned/match.ts';

/** Null where a word of the query is not found; lower fits better. Each word may stand anywhere, or be spread over a title's letters. */
export function fuzzyRank(title: string, query: string): number | null {
  const folded = fold(title);
  let rank = 0;
  for (const word of fold(query).split(/\s+/).filter(Boolean)) {
    const one = rankOfWord(folded, word);
    if (one === null) return null;
    rank += one;
  }
  return rank;
}

function rankOfWord(title: string, word: string): number | null {
  const at = title.indexOf(word);
  if (at === 0) return 0;
  if (at > 0 && isWordStart(title, at)) return 1;
  if (wordStartAfter(title, word)) return 1;
  if (at > 0) return 3;
  const gaps = gapsOf(title, word);
  return gaps === null ? null : 5 + gaps;
}

function isWordStart(title: string, at: number): boolean {
  return !/[\p{L}\p{N}]/u.test(title[at - 1] ?? ' ');
}

function wordStartAfter(title: string, word: string): boolean {
  for (let at = title.indexOf(word, 1); at > 0; at = title.indexOf(word, at + 1)) {
    if (isWordStart(title, at)) return true;
  }
  return false;
}

/** Letters in their order, the first at the start of a word: how many jumps lie between them. */
function gapsOf(title: string, letters: string): number | null {
  let best: number | null = null;
  for (let start = 0; start < title.length; start += 1) {
    if (title[start] !== letters[0] || !isWordStart(title, start)) continue;
    let at = start;
    let gaps = 0;
    for (const letter of letters.slice(1)) {
      const next = title.indexOf(letter, at + 1);
      if (next < 0) return best;
      if (next > at + 1) gaps += 1;
      at = next;
    }
    best = best === null ? gaps : Math.min(best, gaps);
  }
  return best;
}
