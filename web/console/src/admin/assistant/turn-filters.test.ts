import { expect, test } from 'vitest';
import { NO_TURN_FILTERS, queryOfTurns } from './turn-filters.ts';

test('only filters that are set go into the query, and the last day is shown to its end', () => {
  expect(queryOfTurns(NO_TURN_FILTERS)).toBe('');

  const query = new URLSearchParams(
    queryOfTurns({ ...NO_TURN_FILTERS, outcome: 'failed', thumb: '-1', to: '2026-11-30' }),
  );

  expect(query.get('outcome')).toBe('failed');
  expect(query.get('thumb')).toBe('-1');
  expect(query.get('to')).toBe(new Date(2026, 11, 1).toISOString());
  expect(query.has('from')).toBe(false);
});
