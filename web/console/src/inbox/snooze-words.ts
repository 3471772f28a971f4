// When a conversation comes back, in plain words: "tomorrow 9", "in 2 hours", "mañana 9:30", "lunes".

type Unit = 'minutes' | 'hours' | 'days' | 'weeks';

const UNITS: Readonly<Record<Unit, RegExp>> = {
  minutes: /^(m|min|mins|minutes?|minutos?)$/,
  hours: /^(h|hs|hours?|horas?)$/,
  days: /^(d|days?|dias?)$/,
  weeks: /^(w|weeks?|semanas?)$/,
};

const UNIT_MS: Readonly<Record<Unit, number>> = {
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};

/** From Sunday on, as Date counts. */
const WEEKDAYS: readonly RegExp[] = [
  /^(sun|sunday|dom|domingo)$/,
  /^(mon|monday|lun|lunes)$/,
  /^(tue|tues|tuesday|mar|martes)$/,
  /^(wed|wednesday|mie|miercoles)$/,
  /^(thu|thurs|thursday|jue|jueves)$/,
  /^(fri|friday|vie|viernes)$/,
  /^(sat|saturday|sab|sabado)$/,
];

const MORNING = { hour: 9, minute: 0 };
const YEAR_MS = 365 * 86_400_000;

interface TimeOfDay {
  hour: number;
  minute: number;
}

/** The moment that words name, later than `now` and within a year; null where they name none. */
export function parseSnooze(words: string, now: Date): Date | null {
  const parts = words
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .trim()
    .split(/\s+/)
    .filter((it) => !/^(at|on|next|a|las|el|en|in|dentro|de|proximo)$/.test(it));
  const moment = durationFrom(parts, now) ?? dayFrom(parts, now);
  if (!moment) return null;
  const aheadMs = moment.getTime() - now.getTime();
  return aheadMs > 0 && aheadMs <= YEAR_MS ? moment : null;
}

/** "2 hours", "2h". */
function durationFrom(parts: readonly string[], now: Date): Date | null {
  const [, count, unit] = /^(\d{1,4})\s*([a-z]+)$/.exec(parts.join(' ')) ?? [];
  if (!count || !unit) return null;
  const known = (Object.keys(UNITS) as Unit[]).find((it) => UNITS[it].test(unit));
  return known ? new Date(now.getTime() + Number(count) * UNIT_MS[known]) : null;
}

/** A day, a time of day, or both. */
function dayFrom(parts: readonly string[], now: Date): Date | null {
  const [first = '', ...rest] = parts;
  const days = daysTo(first, now);
  if (days === null) {
    const time = timeFrom(parts);
    if (!time) return null;
    const today = at(now, 0, time);
    return today > now ? today : at(now, 1, time);
  }
  if (rest.length === 0) return at(now, days, MORNING);
  const time = timeFrom(rest);
  return time ? at(now, days, time) : null;
}

function daysTo(word: string, now: Date): number | null {
  if (/^(today|hoy)$/.test(word)) return 0;
  if (/^(tomorrow|manana)$/.test(word)) return 1;
  const weekday = WEEKDAYS.findIndex((it) => it.test(word));
  if (weekday < 0) return null;
  return (weekday - now.getDay() + 7) % 7 || 7;
}

/** "9", "9:30", "9 pm". */
function timeFrom(parts: readonly string[]): TimeOfDay | null {
  const [, hours, minutes = '0', half] =
    /^(\d{1,2})(?:[:.h](\d{2}))?(am|pm)?h?$/.exec(parts.join('')) ?? [];
  if (!hours) return null;
  const hour = half ? (Number(hours) % 12) + (half === 'pm' ? 12 : 0) : Number(hours);
  const minute = Number(minutes);
  return hour < 24 && minute < 60 ? { hour, minute } : null;
}

function at(now: Date, days: number, { hour, minute }: TimeOfDay): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, minute);
}
