// What the list of the inbox is narrowed to, besides its view.

import type { InboxFilter } from '@switchboard/shared/wire.ts';

export const SORTS = ['newest', 'longest_wait', 'unanswered'] as const;
export const STATUSES = ['open', 'waiting', 'snoozed'] as const;

type Part = Exclude<keyof InboxFilter, 'view'>;

/** The filter with one part changed; an empty value leaves it out. */
export function withPart(filter: InboxFilter, part: Part, value: string): InboxFilter {
  const { [part]: _, ...rest } = filter;
  return value === '' ? rest : { ...rest, [part]: value };
}

/** Whether it shows less than its view has. */
export function isNarrowed({ view: _, sort: __, ...rest }: InboxFilter): boolean {
  return Object.values(rest).some((it) => it !== undefined);
}

/** Whether anything but the view is chosen. */
export function isPlain({ view: _, ...rest }: InboxFilter): boolean {
  return Object.values(rest).every((it) => it === undefined);
}

/** The same filters have the same name, in whatever order their parts were chosen. */
export function nameOfFilter(filter: InboxFilter): string {
  return JSON.stringify(Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)));
}
