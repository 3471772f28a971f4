// Sums of what models used, made from the server's rows of day, kind and model.

import type { UsageDay } from '@switchboard/shared/wire.ts';
import type { UsageNumber } from '../../app/admin-api.ts';
import { formatUsd } from '../../app/format.ts';

export type Measure = 'cost_usd' | 'tokens' | 'requests';

export interface DaySum {
  day: string;
  cost_usd: number;
  tokens: number;
  requests: number;
}

export interface ModelSum extends Omit<DaySum, 'day'> {
  key: string;
  model: string;
  kind: string;
  failed: number;
}

const DAY_MS = 86_400_000;

/** The last days up to `today`, the ones without any use too. Days are those of UTC, as the server's are. */
export function sumByDay(rows: readonly UsageDay[], today: Date, dayCount: number): DaySum[] {
  return Array.from({ length: dayCount }, (_, at) => {
    const day = new Date(today.getTime() - (dayCount - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    return { day, ...sum(rows.filter((row) => row.day === day)) };
  });
}

/** The dearest first. */
export function sumByModel(rows: readonly UsageDay[]): ModelSum[] {
  const groups = new Map<string, UsageDay[]>();
  for (const row of rows) {
    const key = `${row.model} ${row.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const sums = [...groups].map(([key, own]) => ({
    key,
    model: own[0]?.model ?? '',
    kind: own[0]?.kind ?? '',
    failed: own.reduce((total, row) => total + row.failed, 0),
    ...sum(own),
  }));
  return sums.sort((a, b) => b.cost_usd - a.cost_usd || b.tokens - a.tokens);
}

function sum(rows: readonly UsageDay[]): Omit<DaySum, 'day'> {
  return rows.reduce(
    (total, row) => ({
      cost_usd: total.cost_usd + row.cost_usd,
      tokens: total.tokens + row.input_tokens + row.output_tokens,
      requests: total.requests + row.requests,
    }),
    { cost_usd: 0, tokens: 0, requests: 0 },
  );
}

export function numberText(name: UsageNumber | Measure, value: number, locale: string): string {
  return name === 'cost_usd' ? formatUsd(value, locale) : value.toLocaleString(locale);
}
