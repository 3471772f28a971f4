// Which settings the limits of usage are, and what a form of them changes.

import type { Setting, SettingValue } from '@switchboard/shared/wire.ts';
import type { UsageNumber } from '../../app/admin-api.ts';

/** A quantity, and the settings that limit it. Each has a sibling with `_mode` at its end. */
export interface LimitRow {
  number: UsageNumber;
  day: string;
  month: string;
}

export const LIMITS: readonly LimitRow[] = [
  { number: 'cost_usd', day: 'daily_budget_usd', month: 'monthly_budget_usd' },
  { number: 'total_tokens', day: 'max_tokens_per_day', month: 'max_tokens_per_month' },
  {
    number: 'chat_requests',
    day: 'max_chat_requests_per_day',
    month: 'max_chat_requests_per_month',
  },
  {
    number: 'embedding_tokens',
    day: 'max_embedding_tokens_per_day',
    month: 'max_embedding_tokens_per_month',
  },
  {
    number: 'voice_minutes',
    day: 'max_voice_minutes_per_day',
    month: 'max_voice_minutes_per_month',
  },
];

/** What differs from what holds: what nobody has touched goes on being inherited. */
export function changesIn(
  form: FormData,
  settings: readonly Pick<Setting, 'name' | 'value'>[],
): Record<string, SettingValue> {
  const changes: Record<string, SettingValue> = {};
  for (const { name, value } of settings) {
    const text = form.get(name);
    if (typeof text !== 'string') continue;
    const given = typeof value === 'number' ? Number(text) : text;
    if (given !== value) changes[name] = given;
  }
  return changes;
}
