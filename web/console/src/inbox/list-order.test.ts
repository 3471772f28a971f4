import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesToMove } from './list-order.ts';

/** The length of the longest rising part, found the slow way. */
function longestRise(ranks: readonly number[]): number {
  const lengths: number[] = [];
  ranks.forEach((rank, place) => {
    const before = lengths.filter((_, at) => at < place && (ranks[at] ?? 0) < rank);
    lengths.push(1 + Math.max(0, ...before));
  });
  return Math.max(0, ...lengths);
}

describe('the moves that put a list into its order', () => {
  it('are none where it is in order', () => {
    expect(placesToMove([1, 2, 5, 9]).size).toBe(0);
    expect(placesToMove([]).size).toBe(0);
  });

  it('are those of the few that came late, wherever they belong', () => {
    expect([...placesToMove([3, 4, 5, 6, 1, 2])]).toEqual([4, 5]);
    expect([...placesToMove([6, 1, 2, 3])]).toEqual([0]);
  });

  it('leave a rising list behind, and are as few as there can be', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60), { maxLength: 40 }), (ranks) => {
        const moving = placesToMove(ranks);
        const left = ranks.filter((_, place) => !moving.has(place));
        expect(left).toEqual(left.toSorted((a, b) => a - b));
        expect(left.length).toBe(longestRise(ranks));
      }),
      { seed: 20261201, numRuns: 500 },
    );
  });
});
