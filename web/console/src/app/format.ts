// Times as text; formatters are made once per language, because making them is slow.

import type { Words } from './words.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const formatters = new Map<string, Intl.DateTimeFormat>();

function format(
  locale: string,
  style: string,
  options: Intl.DateTimeFormatOptions,
  at: Date,
): string {
  const key = `${locale} ${style}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formatters.set(key, known);
  return known.format(at);
}

export function formatTime(at: string, locale: string): string {
  return format(locale, 'time', { hour: 'numeric', minute: '2-digit' }, new Date(at));
}

export function formatMoment(at: string, locale: string): string {
  return format(locale, 'moment', { dateStyle: 'medium', timeStyle: 'short' }, new Date(at));
}

export function formatDate(at: string, locale: string): string {
  return format(locale, 'date', { dateStyle: 'medium' }, new Date(at));
}

export function formatDay(at: string, words: Words): string {
  const day = new Date(at).toDateString();
  if (day === new Date().toDateString()) return words.t('day.today');
  if (day === new Date(Date.now() - DAY_MS).toDateString()) return words.t('day.yesterday');
  return format(
    words.locale,
    'day',
    { weekday: 'long', day: 'numeric', month: 'long' },
    new Date(at),
  );
}

const money = new Map<string, Intl.NumberFormat>();

/** US dollars, with as many places as small sums need. */
export function formatUsd(usd: number, locale: string): string {
  const digits = usd !== 0 && Math.abs(usd) < 0.1 ? 5 : 2;
  const key = `${locale} ${digits}`;
  const options = { style: 'currency', currency: 'USD', maximumFractionDigits: digits } as const;
  const known = money.get(key) ?? new Intl.NumberFormat(locale, options);
  money.set(key, known);
  return known.format(usd);
}

const languages = new Map<string, Intl.DisplayNames>();

/** What a language is called, or its tag where that is not known. */
export function languageName(tag: string, locale: string): string {
  const names = languages.get(locale) ?? new Intl.DisplayNames([locale], { type: 'language' });
  languages.set(locale, names);
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** How long ago, short enough for a list: "now", "5 min", "3 h", or the date. */
export function formatAgo(at: string, nowMs: number, words: Words): string {
  const passedMs = nowMs - Date.parse(at);
  if (passedMs < MINUTE_MS) return words.t('ago.now');
  if (passedMs < HOUR_MS) return words.t('ago.minutes', { n: Math.floor(passedMs / MINUTE_MS) });
  if (passedMs < DAY_MS) return words.t('ago.hours', { n: Math.floor(passedMs / HOUR_MS) });
  return format(words.locale, 'short', { day: 'numeric', month: 'short' }, new Date(at));
}

/** Minutes and seconds, and hours where there are any: 1:32. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, '0')))
    .join(':');
}
