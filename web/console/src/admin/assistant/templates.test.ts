import { expect, test } from 'vitest';
import { insertText, TEMPLATE_LANGUAGES, templateOf, TRADES } from './templates.ts';

const VARIABLES = [
  'org_name',
  'channel_name',
  'assistant_name',
  'visitor_name',
  'visitor_language',
  'page_url',
  'page_title',
  'date',
];

test('every trade has a template in every language, which fits and names known variables only', () => {
  for (const [language] of TEMPLATE_LANGUAGES)
    for (const trade of TRADES) {
      const text = templateOf(trade, language);

      expect(text.length).toBeGreaterThan(400);
      expect(text.length).toBeLessThan(4_000);
      for (const [, name] of text.matchAll(/\{\{(\w+)\}\}/g)) expect(VARIABLES).toContain(name);
    }
});

test('a template stands apart from what is there, and nothing is replaced', () => {
  expect(insertText('', 0, 'T')).toEqual({ value: 'T', caret: 1 });
  expect(insertText('Be brief.', 9, 'T')).toEqual({ value: 'Be brief.\n\nT', caret: 12 });
  expect(insertText('Be brief.\nBe kind.', 9, 'T').value).toBe('Be brief.\n\nT\n\nBe kind.');
});
