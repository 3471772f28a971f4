import { describe, expect, it } from 'vitest';
import { RowBudget } from './row-budget.ts';

const ids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => String(from + at));

describe('the budget of rows', () => {
  it('makes a few at once until it is known how long that takes', () => {
    const budget = new RowBudget();
    expect(budget.choose(ids(0, 27), true).size).toBe(6);
    expect(budget.choose(ids(0, 27), false).size).toBe(27);
  });

  it('makes as many as a frame has time for, and the others with the next frames', () => {
    const budget = new RowBudget();
    budget.choose(ids(0, 20), false);
    budget.took(20, 120);

    expect([...budget.choose(ids(20, 30), true)]).toEqual(ids(20, 24));
    expect([...budget.choose(ids(20, 30), true)]).toEqual(ids(20, 28));
    expect([...budget.choose(ids(20, 30), true)]).toEqual(ids(20, 30));
    expect(budget.made_count).toBe(2);
  });

  it('makes what is needed first first', () => {
    const budget = new RowBudget();
    budget.took(1, 160);

    expect([...budget.choose(['7', '8', '6'], true)]).toEqual(['7']);
  });

  it('makes all of them where nobody scrolls', () => {
    const budget = new RowBudget();
    budget.took(1, 900);

    expect(budget.choose(ids(0, 5), false).size).toBe(5);
  });

  it('makes one at least', () => {
    const budget = new RowBudget();
    budget.took(1, 900);

    expect(budget.choose(ids(0, 5), true).size).toBe(1);
  });

  it('makes more again where frames are short', () => {
    const budget = new RowBudget();
    budget.took(2, 48);
    budget.took(1, 5);
    budget.took(2, 5);

    expect(budget.choose(ids(0, 5), true).size).toBe(3);
  });

  it('forgets rows that have gone', () => {
    const budget = new RowBudget();
    budget.choose(ids(0, 5), false);
    budget.choose(ids(5, 10), false);
    budget.took(1, 900);

    expect([...budget.choose(ids(0, 5), true)]).toEqual(['0']);
  });
});
