// The bars of a chart of usage, made from the server's sums: every day and hour has one, also those without any use.

import type { UsageSum } from '@switchboard/shared/wire.ts';
import { formatDate } from '../../app/format.ts';
import type { Words } from '../../app/words.ts';
import type { UsageWords } from './usage-words.ts';

export const BYS = ['day', 'hour', 'channel', 'model', 'kind', 'person', 'address'] as const;
export type By = (typeof BYS)[number];

/** Days up to today. */
export const RANGES = [1, 7, 30, 90] as const;
export type Range = (typeof RANGES)[number];

export interface Bar {
  key: string;
  label: string;
  requests: number;
  failed: number;
  tokens: number;
  seconds: number;
  cost_usd: number;
}

interface AllWords {
  words: Words;
  usage: UsageWords;
}

const DAY_MS = 86_400_000;
const HOURS = 24;
const KINDS = ['chat', 'embedding', 'voice', 'transcription', 'search'] as const;

/** Days are those of UTC, as the server's are. */
function daysUpTo(today: Date, count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    new Date(today.getTime() - (count - 1 - at) * DAY_MS).toISOString().slice(0, 10),
  );
}

export function sumsQuery(range: Range, channel: string, today: Date): string {
  const query = new URLSearchParams({ from: daysUpTo(today, range)[0] ?? '' });
  if (channel) query.set('channel_id', channel);
  return query.toString();
}

export function barsOf(
  by: By,
  sums: readonly UsageSum[],
  range: Range,
  today: Date,
  words: AllWords,
): Bar[] {
  const bars = new Map(sums.map((it) => [it.key, barOf(it, labelOf(by, it, words))]));
  const at = (key: string, label: string) => bars.get(key) ?? { ...NOTHING, key, label };
  if (by === 'hour') {
    return Array.from({ length: HOURS }, (_, hour) => at(String(hour), hourText(String(hour))));
  }
  if (by === 'day') return daysUpTo(today, range).map((day) => at(day, dayText(day, words)));
  return [...bars.values()];
}

const NOTHING = { requests: 0, failed: 0, tokens: 0, seconds: 0, cost_usd: 0 };

function barOf(sum: UsageSum, label: string): Bar {
  const { key, requests, failed, input_tokens, output_tokens, seconds, cost_usd } = sum;
  return { key, label, requests, failed, tokens: input_tokens + output_tokens, seconds, cost_usd };
}

function labelOf(by: By, { key, name }: UsageSum, words: AllWords): string {
  if (by === 'hour') return hourText(key);
  if (by === 'day') return dayText(key, words);
  if (key === '') return words.usage.t(`sums.none.${by}`);
  if (by === 'kind') {
    const known = KINDS.find((it) => it === key);
    return known ? words.usage.t(`kind.${known}`) : key;
  }
  if (by === 'channel') return name || key;
  if (by === 'person') return name || words.usage.t('sums.person');
  return key;
}

function hourText(hour: string): string {
  return `${hour.padStart(2, '0')}:00`;
}

function dayText(day: string, { words }: AllWords): string {
  return formatDate(`${day}T12:00:00`, words.locale);
}
