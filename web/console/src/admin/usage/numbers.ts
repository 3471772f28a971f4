// Numbers of usage as text.

import type { UsageNumber } from '../../app/admin-api.ts';
import { formatUsd } from '../../app/format.ts';

export type Measure = 'cost_usd' | 'tokens' | 'requests';

export function measureOf(sum: Record<Measure, number>, measure: Measure): number {
  return sum[measure];
}

export function numberText(name: UsageNumber | Measure, value: number, locale: string): string {
  if (name === 'cost_usd') return formatUsd(value, locale);
  return value.toLocaleString(locale, { maximumFractionDigits: 1 });
}
