import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrozenOrder } from './frozen-order.ts';

const rowsOf = (ids: string) => [...ids].map((id) => ({ id }) as ConversationSummary);

function freeze(before: string, ...later: string[]) {
  const order = new FrozenOrder(rowsOf(before));
  let moved = 0;
  for (const now of later) {
    order.follow(rowsOf(now));
    moved = order.countMoved(rowsOf(now), (id) => now.includes(id));
  }
  return { shown: order.ids.join(''), moved_count: moved };
}

describe('a frozen order', () => {
  it('keeps every row where it was and counts what moved', () => {
    expect(freeze('abcd', 'abcd')).toEqual({ shown: 'abcd', moved_count: 0 });
    expect(freeze('abcd', 'cabd')).toEqual({ shown: 'abcd', moved_count: 1 });
    expect(freeze('abcd', 'dcab')).toEqual({ shown: 'abcd', moved_count: 2 });
  });

  it('counts what came and what went, and shows neither yet', () => {
    expect(freeze('abcd', 'xabcd')).toEqual({ shown: 'abcd', moved_count: 1 });
    expect(freeze('abcd', 'xyacd')).toEqual({ shown: 'abcd', moved_count: 3 });
    expect(freeze('abcd', '')).toEqual({ shown: 'abcd', moved_count: 4 });
  });

  it('lets pages come at the end while somebody scrolls', () => {
    expect(freeze('abcd', 'abcdefg')).toEqual({ shown: 'abcdefg', moved_count: 0 });
    expect(freeze('abcd', 'xbacdefg')).toEqual({ shown: 'abcdefg', moved_count: 2 });
    expect(freeze('abcd', 'abcdef', 'faxbcdegh')).toEqual({ shown: 'abcdefgh', moved_count: 2 });
  });

  it('moves no row, whatever comes, goes and moves', () => {
    const list = fc.uniqueArray(fc.constantFrom(...'abcdefghij')).map((it) => it.join(''));
    fc.assert(
      fc.property(list, fc.array(list), (before, later) => {
        const { shown, moved_count } = freeze(before, ...later);
        expect(shown.startsWith(before)).toBe(true);
        expect(new Set(shown).size).toBe(shown.length);
        const now = later.at(-1) ?? before;
        const gone = [...shown].filter((id) => !now.includes(id)).length;
        const come = [...now].filter((id) => !shown.includes(id)).length;
        expect(moved_count).toBeGreaterThanOrEqual(gone + come);
        expect(moved_count === 0).toBe(shown === now);
      }),
      { seed: 20261130, numRuns: 500 },
    );
  });
});
