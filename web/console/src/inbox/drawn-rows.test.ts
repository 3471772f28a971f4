import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrawnRows } from './drawn-rows.ts';

const known = new Map<string, ConversationSummary>();

/** The same object for the same id and version, as the inbox has them. */
function row(id: string, version = 0): ConversationSummary {
  const key = `${id} ${version}`;
  const made = known.get(key) ?? ({ id, unread: version } as ConversationSummary);
  known.set(key, made);
  return made;
}

const list = (from: number, to: number, version = 0) =>
  Array.from({ length: to - from }, (_, at) => row(String(from + at), version));

function start() {
  const drawn = new DrawnRows();
  const draw = (
    conversations: readonly ConversationSummary[],
    isScrolling = true,
    focused: string | null = null,
  ) => drawn.choose({ conversations, isScrolling, focused });
  const ids = (...wanted: Parameters<typeof draw>) => [...draw(...wanted).rows.keys()];
  return { drawn, draw, ids };
}

const names = (from: number, to: number) => list(from, to).map((it) => it.id);

describe('the rows that are drawn', () => {
  it('are a few at once until it is known how long that takes', () => {
    const { ids } = start();
    expect(ids(list(0, 27))).toHaveLength(6);
    expect(ids(list(30, 57), false)).toHaveLength(8);
    expect(ids(list(30, 57), false)).toHaveLength(16);
  });

  it('are as many as a frame has time for, and the others with the next frames', () => {
    const { drawn, draw, ids } = start();
    drawn.took(20, 120);

    expect(ids(list(20, 30))).toEqual(names(20, 24));
    expect(ids(list(20, 30))).toEqual(names(20, 28));
    expect(draw(list(20, 30)).made_count).toBe(2);
    expect(draw(list(20, 30))).toMatchObject({ made_count: 0, is_pending: false });
  });

  it('are first what is needed first, and one at least', () => {
    const { drawn, ids } = start();
    drawn.took(1, 900);

    expect(ids([row('7'), row('8'), row('6')])).toEqual(['7']);
  });

  it('are more again where as many made a short frame, and not where fewer did', () => {
    const { drawn, ids } = start();
    drawn.took(4, 48);
    drawn.took(1, 2);
    expect(ids(list(0, 9))).toHaveLength(2);

    drawn.took(2, 10);
    expect(ids(list(10, 19))).toHaveLength(3);

    drawn.took(3, 6);
    expect(ids(list(20, 29))).toHaveLength(6);
  });

  it('show changes after what is new', () => {
    const { drawn, draw } = start();
    draw(list(0, 4), false);
    drawn.took(1, 30);

    const first = draw([row('0', 1), row('1', 1), row('4')]);
    expect([...first.rows.values()].map((it) => it.conversation)).toEqual([
      row('0'),
      row('1'),
      row('4'),
    ]);
    expect(first.is_pending).toBe(true);
    expect(draw([row('0', 1), row('1', 1), row('4')]).rows.get('0')?.conversation).toBe(
      row('0', 1),
    );
    expect(draw([row('0', 2), row('1', 2), row('4', 2)], false).made_count).toBe(3);
  });

  it('take the elements of rows that have gone, while somebody scrolls', () => {
    const { draw } = start();
    const before = draw(list(0, 3), false);
    const after = draw(list(1, 4));

    expect(after.rows.get('3')?.slot).toBe(before.rows.get('0')?.slot);
    expect(draw(list(2, 5), false).rows.get('4')?.slot).toBe(3);
  });

  it('leave the focus with its row', () => {
    const { draw } = start();
    draw(list(0, 3), false);

    expect(draw(list(1, 4), true, '0').rows.get('3')?.slot).toBe(3);
  });

  it('keep elements for rows that come with the next frames, and no longer', () => {
    const { drawn, draw } = start();
    draw(list(0, 4), false);
    drawn.took(1, 900);

    expect(draw(list(4, 8)).parked).toHaveLength(3);
    expect(draw(list(4, 8)).parked).toHaveLength(2);
    expect(draw(list(4, 8), false).parked).toHaveLength(0);
  });

  it('never share an element, keep theirs, and are all there in the end', () => {
    const step = fc.record({
      from: fc.nat(30),
      length: fc.integer({ min: 1, max: 12 }),
      version: fc.nat(2),
      isScrolling: fc.boolean(),
      focus: fc.option(fc.nat(12)),
      frameMs: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { drawn, draw } = start();
        let slots = new Map<string, number>();
        for (const { from, length, version, isScrolling, focus, frameMs } of steps) {
          const wanted = list(from, from + length, version);
          const focused = focus === null ? null : String(from + focus);
          const { rows, parked, made_count, is_pending } = draw(wanted, isScrolling, focused);
          drawn.took(made_count, frameMs);
          const used = [...rows.values(), ...parked].map((it) => it.slot);
          expect(new Set(used).size).toBe(used.length);
          for (const [id, { slot }] of rows) expect(slots.get(id) ?? slot).toBe(slot);
          if (made_count === 0) expect(is_pending).toBe(false);
          if (!is_pending) {
            expect([...rows.values()].map((it) => it.conversation)).toEqual(wanted);
            expect(parked).toEqual([]);
          }
          slots = new Map([...rows].map(([id, it]) => [id, it.slot]));
        }
      }),
      { seed: 20261201, numRuns: 300 },
    );
  });
});
