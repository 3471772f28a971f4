// What the assistant's log is filtered by, as a query.

import type { TurnOutcome } from '@switchboard/shared/wire.ts';

export interface TurnFilters {
  outcome: string;
  channel: string;
  tool: string;
  /** `1`, `-1` or nothing. */
  thumb: string;
  /** `false` for conversations, `true` for the test chat, or nothing. */
  test: string;
  /** Days such as `2026-11-30`, or nothing; both are shown. */
  from: string;
  to: string;
}

export const NO_TURN_FILTERS: TurnFilters = {
  outcome: '',
  channel: '',
  tool: '',
  thumb: '',
  test: '',
  from: '',
  to: '',
};

export const OUTCOMES = [
  'answered',
  'held',
  'handed_over',
  'failed',
  'superseded',
] as const satisfies readonly TurnOutcome[];

/** The query of a list. Days are those of the reader: the last one is shown to its end. */
export function queryOfTurns(filters: TurnFilters): string {
  const query = new URLSearchParams();
  const set = (name: string, value: string | null) => value && query.set(name, value);
  set('outcome', filters.outcome);
  set('channel_id', filters.channel);
  set('tool', filters.tool);
  set('thumb', filters.thumb);
  set('test', filters.test);
  set('from', startOf(filters.from, 0));
  set('to', startOf(filters.to, 1));
  return query.toString();
}

/** The moment at which a day begins where the reader is, or so many days later. */
function startOf(day: string, laterDays: number): string | null {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return null;
  const start = new Date(year, month - 1, date + laterDays);
  return Number.isNaN(start.getTime()) ? null : start.toISOString();
}
