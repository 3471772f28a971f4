import type { SearchItem } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { askedOf, NO_FILTERS, queryOf } from './filters.ts';
import { groupByConversation } from './groups.ts';

function item(id: string, conversationId: string | null): SearchItem {
  return {
    id,
    conversation_id: conversationId,
    kind: 'message',
    seq: 1,
    author: null,
    visitor: { id: 'v1', name: 'Ana' },
    channel_id: 'ch',
    created_at: '2026-11-21T10:00:00.000Z',
    snippet: [],
  };
}

describe('a search', () => {
  it('asks for what is narrowed only', () => {
    expect(askedOf('lamp', NO_FILTERS, 0)).toEqual({ q: 'lamp' });
    const filters = { ...NO_FILTERS, status: 'closed', days: '7' };
    expect(askedOf('lamp', filters, Date.parse('2026-11-21T10:00:00Z'))).toEqual({
      q: 'lamp',
      status: 'closed',
      from: '2026-11-14T10:00:00.000Z',
    });
  });

  it('keeps the space that ends the last word', () => {
    expect([queryOf('  red la'), queryOf('red lamp  '), queryOf('  ')]).toEqual([
      'red la',
      'red lamp ',
      '',
    ]);
  });

  it('is shown by conversation, in the order of the newest hits', () => {
    const groups = groupByConversation([
      item('1', 'a'),
      item('2', 'b'),
      item('3', 'a'),
      item('4', null),
    ]);
    expect(groups.map(({ key, items }) => [key, items.map(({ id }) => id)])).toEqual([
      ['a', ['1', '3']],
      ['b', ['2']],
      ['visitor v1', ['4']],
    ]);
  });
});
