// What the page of the audit log decides: which filters go into the query, and which fields a row shows.

import type { AuditRow } from '@switchboard/shared/wire.ts';

export interface AuditFilters {
  text: string;
  /** A kind of thing, such as `member`, or nothing. */
  act: string;
  /** The id of a member, or nothing. */
  actor: string;
  /** Days such as `2026-11-30`, or nothing; both are shown. */
  from: string;
  to: string;
}

export const NO_FILTERS: AuditFilters = { text: '', act: '', actor: '', from: '', to: '' };

export const THINGS = [
  'session',
  'password',
  'member',
  'token',
  'channel',
  'settings',
  'provider',
  'knowledge',
  'pair',
  'question',
  'tool',
  'webhook',
  'visitor',
  'address',
  'recording',
  'conversation',
  'canned_reply',
  'view',
  'audit',
  'usage',
  'org',
  'two_step',
  'server',
  'price',
  'assistant',
  'mail',
] as const;

/** The query of a list or of an export. Days are those of the reader: `until` is the end of its day there. */
export function queryOf(filters: AuditFilters): string {
  const query = new URLSearchParams();
  if (filters.text.trim()) query.set('text', filters.text.trim());
  if (filters.act) query.set('act', filters.act);
  if (filters.actor) query.set('actor', filters.actor);
  const from = startOf(filters.from, 0);
  const to = startOf(filters.to, 1);
  if (from) query.set('from', from);
  if (to) query.set('to', to);
  return query.toString();
}

/** The moment at which a day begins where the reader is, or so many days later. */
function startOf(day: string, laterDays: number): string | null {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return null;
  const start = new Date(year, month - 1, date + laterDays);
  return Number.isNaN(start.getTime()) ? null : start.toISOString();
}

export interface ChangedField {
  name: string;
  before: string | null;
  after: string | null;
}

/** The fields of a row, each with what it was and what it is; null where there was nothing. */
export function changedFields({
  before,
  after,
}: Pick<AuditRow, 'before' | 'after'>): ChangedField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].map((name) => ({
    name,
    before: textOf(before?.[name]),
    after: textOf(after?.[name]),
  }));
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((it) => typeof it === 'string')) {
    return value.length === 0 ? null : value.join(', ');
  }
  return JSON.stringify(value);
}
