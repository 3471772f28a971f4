// What a search is narrowed to, and how it is asked of the server.

export interface Filters {
  kind: string;
  channel_id: string;
  assignee: string;
  label: string;
  status: string;
  /** How far back, in days; empty for all times. */
  days: string;
}

export const NO_FILTERS: Filters = {
  kind: '',
  channel_id: '',
  assignee: '',
  label: '',
  status: '',
  days: '',
};

const DAY_MS = 86_400_000;

/** The query of the server; what is not narrowed is left out. */
export function askedOf(query: string, filters: Filters, nowMs: number): Record<string, string> {
  const { days, ...others } = filters;
  const set = Object.entries(others).filter(([, value]) => value !== '');
  const from = days === '' ? [] : [['from', new Date(nowMs - Number(days) * DAY_MS).toISOString()]];
  return Object.fromEntries([['q', query], ...set, ...from]);
}

/** A space at the end says that the last word is whole. */
export function queryOf(typed: string): string {
  const whole = typed.trimEnd() !== typed && typed.trim() !== '';
  return whole ? `${typed.trim()} ` : typed.trim();
}
