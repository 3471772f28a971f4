import type { InboxFilter, SavedView } from '@switchboard/shared/wire.ts';
import { expect, test } from 'vitest';
import { shownInstead } from './shown-view.ts';

const view = (filter: InboxFilter) =>
  ({ id: 'v', name: 'Ours', shared: true, can_change: false, filter }) as SavedView;
const ALL: InboxFilter = { view: 'all' };
const VIP: InboxFilter = { view: 'all', label: 'vip' };
const MINE: InboxFilter = { view: 'mine' };

test('a view that a colleague changed or deleted is shown as it is now', () => {
  const shown = { saved: 'v', filter: ALL };
  expect(shownInstead(shown, [view(ALL)], [view(VIP)])).toEqual(VIP);
  expect(shownInstead(shown, [view(ALL)], [])).toBe('gone');
  expect(shownInstead(shown, [view(ALL)], [{ ...view(ALL), name: 'Theirs' }])).toBeNull();
});

test('what the agent has changed or saved themselves stays, and so does another view', () => {
  expect(shownInstead({ saved: 'v', filter: MINE }, [view(ALL)], [view(VIP)])).toBeNull();
  expect(shownInstead({ saved: 'v', filter: ALL }, [], [])).toBeNull();
  expect(shownInstead({ saved: null, filter: ALL }, [view(ALL)], [])).toBeNull();
});
