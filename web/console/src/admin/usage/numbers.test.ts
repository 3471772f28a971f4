import type { UsageDay } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { sumByDay, sumByModel } from './numbers.ts';

function row(day: string, model: string, costUsd: number, failed = 0): UsageDay {
  return {
    day,
    kind: 'chat',
    model,
    requests: 1,
    seconds: 0,
    failed,
    input_tokens: 10,
    output_tokens: 5,
    cost_usd: costUsd,
  };
}

const ROWS = [
  row('2026-11-20', 'small', 1),
  row('2026-11-21', 'small', 2),
  row('2026-11-21', 'big', 9, 1),
];

describe('usage', () => {
  it('is summed by day, the days without any use too', () => {
    const days = sumByDay(ROWS, new Date('2026-11-21T23:59:00Z'), 3);

    expect(days).toEqual([
      { day: '2026-11-19', cost_usd: 0, tokens: 0, requests: 0 },
      { day: '2026-11-20', cost_usd: 1, tokens: 15, requests: 1 },
      { day: '2026-11-21', cost_usd: 11, tokens: 30, requests: 2 },
    ]);
  });

  it('is summed by model, the dearest first', () => {
    expect(sumByModel(ROWS)).toMatchObject([
      { model: 'big', cost_usd: 9, failed: 1 },
      { model: 'small', cost_usd: 3, requests: 2 },
    ]);
  });
});
