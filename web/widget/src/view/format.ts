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

export function formatTime(atMs: number, locale: string): string {
  return formatter(times, locale, { hour: 'numeric', minute: '2-digit' }).format(atMs);
}

const returns = new Map<string, Intl.DateTimeFormat>();

/** When somebody is back: the time alone if that is today, else with the day of the week. */
export function formatReturn(at: string, nowMs: number, locale: string): string {
  const atMs = Date.parse(at);
  if (new Date(atMs).toDateString() === new Date(nowMs).toDateString()) {
    return formatTime(atMs, locale);
  }
  const options = { weekday: 'short', hour: 'numeric', minute: '2-digit' } as const;
  return formatter(returns, locale, options).format(atMs);
}

/** Minutes and seconds, and hours where there are any: 1:32. */
export function formatDuration(seconds: number): string {
  const parts = [
    Math.floor(seconds / 3_600),
    Math.floor(seconds / 60) % 60,
    Math.floor(seconds % 60),
  ];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':');
}

export function formatDay(atMs: number, nowMs: number, words: Words): string {
  const day = new Date(atMs).toDateString();
  if (day === new Date(nowMs).toDateString()) return words.t('day.today');
  if (day === new Date(nowMs - DAY_MS).toDateString()) return words.t('day.yesterday');
  return formatter(days, words.locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(
    atMs,
  );
}
