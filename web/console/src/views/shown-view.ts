// What becomes of the saved view that is shown when a colleague changes or deletes it.

import type { InboxFilter, SavedView } from '@switchboard/shared/wire.ts';
import { nameOfFilter } from './filter.ts';

interface Shown {
  saved: string | null;
  filter: InboxFilter;
}

/** The filter to be shown instead; `gone` where there is no such view any more, and null where nothing changes. */
export function shownInstead(
  { saved, filter }: Shown,
  before: readonly SavedView[],
  now: readonly SavedView[],
): InboxFilter | 'gone' | null {
  const was = before.find((it) => it.id === saved);
  // One that was saved just now is not in the list yet.
  if (!was) return null;
  const is = now.find((it) => it.id === saved);
  if (!is) return 'gone';
  // What the agent has changed for themselves stays.
  if (nameOfFilter(filter) !== nameOfFilter(was.filter)) return null;
  return nameOfFilter(is.filter) === nameOfFilter(was.filter) ? null : is.filter;
}
