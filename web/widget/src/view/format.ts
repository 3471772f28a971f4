// Times and days as text; formatters are made once per language, because making them is slow.

import type { Words } from '../words.ts';

const DAY_MS = 86_400_000;
const times = new Map<string, Intl.DateTimeFormat>();
const days = new Map<string, Intl.DateTimeFormat>();

function formatter(
  cache: Map<string, Intl.DateTimeFormat>,
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const known = cache.get(locale) ?? new Intl.DateTimeFormat(locale, options);
  cache.set(locale, known);
  return known;
}

export function formatTime(at_ms: number, locale: string): string {
  return formatter(times, locale, { hour: 'numeric', minute: '2-digit' }).format(at_ms);
}

export function formatDay(at_ms: number, now_ms: number, words: Words): string {
  const day = new Date(at_ms).toDateString();
  if (day === new Date(now_ms).toDateString()) return words.t('day.today');
  if (day === new Date(now_ms - DAY_MS).toDateString()) return words.t('day.yesterday');
  return formatter(days, words.locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(
    at_ms,
  );
}
