import { expect, test } from 'vitest';
import { changesIn } from './limit-fields.ts';

test('only what was changed is sent, and numbers are numbers', () => {
  const form = new FormData();
  form.set('daily_budget_usd', '10');
  form.set('monthly_budget_usd', '250.5');
  form.set('monthly_budget_usd_mode', 'soft');
  const settings = [
    { name: 'daily_budget_usd', value: 10 },
    { name: 'monthly_budget_usd', value: 0 },
    { name: 'monthly_budget_usd_mode', value: 'default' },
    { name: 'voice', value: 'marin' },
  ];

  expect(changesIn(form, settings)).toEqual({
    monthly_budget_usd: 250.5,
    monthly_budget_usd_mode: 'soft',
  });
});
