import { expect, test } from 'vitest';
import { colonAt, matchSigns } from './emoji.ts';
import { SIGNS } from './emoji-list.ts';

const find = (query: string) => matchSigns(query).map(({ sign }) => sign);

test('a colon and two letters at the start of a word ask for signs', () => {
  expect(colonAt('Hi :th', 6)).toEqual({ start: 3, query: 'th' });
  expect(colonAt(':co', 3)).toEqual({ start: 0, query: 'co' });
  for (const text of ['Hi :t', 'Hi :)', 'as follows:th', '12:30', 'https://x', 'a : th']) {
    expect(colonAt(text, text.length)).toBeNull();
  }
});

test('signs are found by words of both languages, the exact word first', () => {
  expect(find('heart')[0]).toBe('❤️');
  expect(find('corazón')).toContain('❤️');
  expect(find('gracias')).toEqual(['🙏']);
  expect(matchSigns('coraz')[0]).toEqual({ sign: '❤️', word: 'corazon' });
  expect(find('qqq')).toEqual([]);
});

test('every sign has a name of its own', () => {
  const names = SIGNS.map(({ words }) => words[0]);
  expect(new Set(names).size).toBe(SIGNS.length);
  expect(new Set(SIGNS.map(({ sign }) => sign)).size).toBe(SIGNS.length);
});
