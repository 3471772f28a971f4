import { createTranslator } from '@switchboard/shared/i18n.ts';
import { expect, test } from 'vitest';
import type { WordKey } from '../../app/words.ts';
import main from '../../locales/en.json';
import en from './locales/en.json';
import { barsOf, sumsQuery } from './sum-bars.ts';
import type { UsageWordKey } from './usage-words.ts';

const WORDS = {
  words: createTranslator<WordKey>('en', main, main),
  usage: createTranslator<UsageWordKey>('en', en, en),
};
const TODAY = new Date('2026-11-30T15:00:00Z');
const ZERO = {
  name: '',
  requests: 1,
  failed: 0,
  input_tokens: 2,
  output_tokens: 3,
  seconds: 0,
  cost_usd: 0,
};

test('every day and every hour has a bar, also those without any use', () => {
  const days = barsOf('day', [{ ...ZERO, key: '2026-11-29' }], 7, TODAY, WORDS);
  const hours = barsOf('hour', [{ ...ZERO, key: '9' }], 30, TODAY, WORDS);

  expect(days.map((it) => it.tokens)).toEqual([0, 0, 0, 0, 0, 5, 0]);
  expect(hours.length).toBe(24);
  expect([hours[9]?.label, hours[9]?.tokens, hours[10]?.tokens]).toEqual(['09:00', 5, 0]);
});

test('what has no name says why', () => {
  const [erased, unnamed] = barsOf(
    'person',
    [
      { ...ZERO, key: '' },
      { ...ZERO, key: 'v1' },
    ],
    30,
    TODAY,
    WORDS,
  );

  expect(erased?.label).toMatch(/removed/);
  expect(unnamed?.label).toBe('Visitor');
});

test('a range begins with its first day of UTC', () => {
  expect(sumsQuery(1, '', TODAY)).toBe('from=2026-11-30');
  expect(sumsQuery(7, 'c1', TODAY)).toBe('from=2026-11-24&channel_id=c1');
});
