// What the command palette shows for what is typed, and in which order.

import type { ActGroup } from './act-table.ts';
import { GROUPS } from './act-table.ts';
import { fuzzyRank } from './fuzzy.ts';

export interface PaletteRow {
  name: string;
  group: ActGroup;
  title: string;
}

/** So many of the newest stand first while nothing is typed. */
const RECENT_SHOWN = 5;

/** Without words: those used last, then group by group; with words: the best fit, and the more recent of equals. */
export function orderRows<R extends PaletteRow>(
  rows: readonly R[],
  query: string,
  recent: readonly string[],
): R[] {
  const ageOf = ({ name }: R) => {
    const at = recent.indexOf(name);
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  const placeOf = ({ group }: R) => GROUPS.indexOf(group);
  if (query.trim() === '') {
    const first = recent
      .flatMap((name) => rows.find((it) => it.name === name) ?? [])
      .slice(0, RECENT_SHOWN);
    const others = rows.filter((it) => !first.includes(it));
    return [...first, ...others.sort((a, b) => placeOf(a) - placeOf(b))];
  }
  return rows
    .map((row) => ({ row, rank: fuzzyRank(row.title, query) }))
    .filter(({ rank }) => rank !== null)
    .sort(
      (a, b) =>
        (a.rank ?? 0) - (b.rank ?? 0) ||
        ageOf(a.row) - ageOf(b.row) ||
        placeOf(a.row) - placeOf(b.row),
    )
    .map(({ row }) => row);
}
