import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardsOf } from './cards.ts';

describe('cards', () => {
  it('are read whatever stands in the metadata', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const card of cardsOf(value)) expect(card.title.trim()).not.toBe('');
      }),
      { seed: 14 },
    );
  });

  it('have a title, and are ten at most', () => {
    const many = Array.from({ length: 12 }, (_, at) => ({ title: `Lamp ${at}`, price: at }));

    expect(cardsOf([{ text: 'no title' }, 'x', null])).toEqual([]);
    expect(cardsOf(many)).toHaveLength(10);
    expect(cardsOf(many)[3]).toMatchObject({ title: 'Lamp 3', price: '3', url: null });
  });
});
