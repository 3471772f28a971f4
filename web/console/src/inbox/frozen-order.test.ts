import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { freezeRows } from './frozen-order.ts';

const rowsOf = (ids: string) => [...ids].map((id) => ({ id }) as ConversationSummary);

function freeze(before: string, now: string) {
  const order = [...before];
  const gone = rowsOf(before);
  const { rows, moved_count } = freezeRows(
    order,
    rowsOf(now),
    (id) => gone.find((it) => it.id === id) ?? null,
  );
  return { shown: rows.map((it) => it.id).join(''), moved_count };
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
  });

  it('shows a row as it is now, not as it was', () => {
    const now = { id: 'a', unread: 7 } as ConversationSummary;

    expect(freezeRows(['a'], [now], () => null).rows).toEqual([now]);
  });
});
