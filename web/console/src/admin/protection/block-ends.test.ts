import { expect, test } from 'vitest';
import { ENDS, endOf } from './block-ends.ts';

test('each end is later than the one before, and never is none', () => {
  const now = Date.UTC(2026, 10, 30, 10);

  expect(endOf('never', now)).toBe(null);
  expect(endOf('hour', now)).toBe('2026-11-30T11:00:00.000Z');
  expect(endOf('month', now)).toBe('2026-12-30T10:00:00.000Z');
  const ends = ENDS.slice(1).map((it) => endOf(it, now) ?? '');
  expect([...ends].sort()).toEqual(ends);
});
