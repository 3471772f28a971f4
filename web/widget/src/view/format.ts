// Times and days as text; formatters are made once per language, because making them is slow.

import type { WordKey, Words } from '../words.ts';

const DAY_MS = 86_400_000;
const known = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + Object.keys(options);
  const format = known.get(key) ?? new Intl.DateTimeFormat(locale, options);
  known.set(key, format);
  return format;
}

export function formatTime(atMs: number, locale: string): string {
  return formatter(locale, { hour: 'numeric', minute: '2-digit' }).format(atMs);
}

/** When somebody is back, in words of their own for a time of today; else the time comes with the day of the week. */
export function tellReturn(
  at: string,
  nowMs: number,
  words: Words,
  today: WordKey,
  later: WordKey,
): string {
  const atMs = Date.parse(at);
  const { locale } = words;
  if (new Date(atMs).toDateString() === new Date(nowMs).toDateString()) {
    return words.t(today, { time: formatTime(atMs, locale) });
  }
  const options = { weekday: 'short', hour: 'numeric', minute: '2-digit' } as const;
  return words.t(later, { time: formatter(locale, options).format(atMs) });
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
  return formatter(words.locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(atMs);
}
