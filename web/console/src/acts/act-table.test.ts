import { describe, expect, test } from 'vitest';
import { createTranslator } from '@switchboard/shared/i18n.ts';
import en from '../locales/en.json';
import es from '../locales/es.json';
import { ActBoard } from './act-board.ts';
import { ACTS, type ActId, actOf, GROUPS, OTHER_KEYS } from './act-table.ts';

const IDS = Object.keys(ACTS) as ActId[];

describe('the table of acts', () => {
  test.each([
    ['en', en],
    ['es', es],
  ])('has words for every act and group in %s', (_, words: Readonly<Record<string, string>>) => {
    const wanted = [
      ...IDS.map((id) => actOf(id).word),
      ...GROUPS.map((group) => `palette.group.${group}`),
      ...OTHER_KEYS.map(([, word]) => word),
    ];
    expect(wanted.filter((word) => !words[word])).toEqual([]);
  });

  test('says different things of different acts', () => {
    for (const catalogue of [en, es]) {
      const { t } = createTranslator('en', catalogue, {});
      const titles = IDS.map((id) => t(actOf(id).word, { name: 'X' }));
      expect(new Set(titles).size).toBe(titles.length);
    }
  });

  test('gives no key to two acts', () => {
    const labels = IDS.flatMap((id) => actOf(id).key?.label ?? []);
    expect(new Set(labels).size).toBe(labels.length);
  });

  test('lets no single letter close or give away', () => {
    const ends: readonly ActId[] = ['close', 'sendAndClose', 'releaseAssistant', 'releaseWaiting'];
    for (const id of ends) expect(actOf(id).key?.label ?? 'Ctrl+').toMatch(/^Ctrl\+/);
  });
});

describe('the board of acts', () => {
  test('finds what is offered, and nothing that was taken back', () => {
    const board = new ActBoard();
    const ran: string[] = [];
    const takeBack = board.offer(() => [
      { id: 'assign', of: 'm-1', run: () => ran.push('m-1') },
      { id: 'assign', of: 'm-2', run: () => ran.push('m-2') },
    ]);
    board.find('assign m-2')?.run();
    expect(ran).toEqual(['m-2']);
    takeBack();
    expect(board.find('assign m-2')).toBeUndefined();
  });
});
