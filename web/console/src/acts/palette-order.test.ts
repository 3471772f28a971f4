import { expect, test } from 'vitest';
import { fuzzyRank } from './fuzzy.ts';
import { orderRows, type PaletteRow } from './palette-order.ts';

const rows: readonly PaletteRow[] = [
  { name: 'theme', group: 'mine', title: 'Tema: Oscuro' },
  { name: 'page', group: 'go', title: 'Ir a Conversaciones' },
  { name: 'close', group: 'conversation', title: 'Cerrar la conversación' },
  { name: 'take', group: 'conversation', title: 'Tomar la conversación' },
];
const names = (query: string, recent: readonly string[] = []) =>
  orderRows(rows, query, recent).map(({ name }) => name);

test('without words the recent come first, then the groups', () => {
  expect(names('', ['theme', 'gone'])).toEqual(['theme', 'close', 'take', 'page']);
});

test('case and accents do not count, and each word may stand anywhere', () => {
  expect(names('CONVERSACION tom')).toEqual(['take']);
  expect(names('conversación')).toEqual(['close', 'take', 'page']);
});

test('the more recent of equals comes first', () => {
  expect(names('conversación', ['take'])).toEqual(['take', 'close', 'page']);
});

test('letters in their order are enough, from the start of a word', () => {
  expect(names('crr')).toEqual(['close']);
  expect(names('xyz')).toEqual([]);
});

test('the start of the title goes before the start of a word, that before its middle, and that before spread letters', () => {
  const titles = ['Close it', 'To close', 'Disclose', 'Call on some'];
  const ranks = titles.map((title) => fuzzyRank(title, 'clos') ?? 100);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(new Set(ranks).size).toBe(4);
});
