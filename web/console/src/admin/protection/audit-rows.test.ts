import { expect, test } from 'vitest';
import { changedFields, NO_FILTERS, queryOf } from './audit-rows.ts';

test('only filters that are set go into the query', () => {
  expect(queryOf(NO_FILTERS)).toBe('');
  expect(queryOf({ ...NO_FILTERS, text: '  ann ', act: 'member', actor: '7' })).toBe(
    'text=ann&act=member&actor=7',
  );
});

test('the last day is shown whole, and the days are those of the reader', () => {
  const query = new URLSearchParams(
    queryOf({ ...NO_FILTERS, from: '2026-11-30', to: '2026-11-30' }),
  );

  expect(query.get('from')).toBe(new Date(2026, 10, 30).toISOString());
  expect(query.get('to')).toBe(new Date(2026, 11, 1).toISOString());
  expect(queryOf({ ...NO_FILTERS, from: '2026' })).toBe('');
});

test('a field shows what it was and what it is, and null where there was nothing', () => {
  expect(
    changedFields({
      before: { role: 'agent', words: ['a', 'b'], hours: null },
      after: { role: 'admin', words: [], hours: { timezone: 'UTC' }, active: false },
    }),
  ).toEqual([
    { name: 'role', before: 'agent', after: 'admin' },
    { name: 'words', before: 'a, b', after: null },
    { name: 'hours', before: null, after: '{"timezone":"UTC"}' },
    { name: 'active', before: null, after: 'false' },
  ]);
  expect(changedFields({ before: null, after: null })).toEqual([]);
});
