import type { InboxFilter } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { isNarrowed, isPlain, nameOfFilter, withPart } from './filter.ts';

const ALL: InboxFilter = { view: 'all' };

describe('the filter of the inbox', () => {
  it('has the parts that were chosen and no empty ones', () => {
    const vip = withPart(withPart(ALL, 'label', 'vip'), 'sort', 'unanswered');

    expect(vip).toEqual({ view: 'all', label: 'vip', sort: 'unanswered' });
    expect(withPart(vip, 'label', '')).toEqual({ view: 'all', sort: 'unanswered' });
  });

  it('is narrowed by every part but the order', () => {
    expect([isNarrowed(ALL), isPlain(ALL)]).toEqual([false, true]);
    const sorted = withPart(ALL, 'sort', 'newest');
    expect([isNarrowed(sorted), isPlain(sorted)]).toEqual([false, false]);
    expect(isNarrowed(withPart(ALL, 'assignee', 'me'))).toBe(true);
  });

  it('has one name, in whatever order it was put together', () => {
    const one = withPart(withPart(ALL, 'label', 'vip'), 'status', 'open');
    const other = withPart(withPart(ALL, 'status', 'open'), 'label', 'vip');

    expect(nameOfFilter(one)).toBe(nameOfFilter(other));
    expect(nameOfFilter(one)).not.toBe(nameOfFilter(ALL));
  });
});
