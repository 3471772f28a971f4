import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePlaces, type ListOrder, type Placed } from './inbox-order.ts';
import { InboxRows } from './inbox-rows.ts';
import type { ConversationSummary } from './wire.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 10, 28, 9, n)).toISOString();

interface Facts {
  id: string;
  since: number;
  moved: number;
  status: 'open' | 'waiting';
  role: 'visitor' | 'agent';
  priority: 'urgent' | 'low' | null;
}

const placed = ({ id, since, moved, status, role, priority }: Facts): Placed => ({
  conversation: {
    id,
    state: { status, priority, responder: { kind: 'waiting', since: minute(since) } },
    last_message: { seq: 1, role, preview: '' },
  } as unknown as ConversationSummary,
  moved_at: minute(moved),
});

const facts = fc.record<Facts>({
  id: fc.constantFrom(...'abcdefghij'),
  since: fc.nat(3),
  moved: fc.nat(3),
  status: fc.constantFrom('open', 'waiting'),
  role: fc.constantFrom('visitor', 'agent'),
  priority: fc.constantFrom('urgent', 'low', null),
});
const orders: ListOrder[] = [
  { view: 'all' },
  { view: 'waiting' },
  { view: 'all', sort: 'longest_wait' },
  { view: 'all', sort: 'unanswered' },
];
type Step = { kind: 'change'; put: Facts[]; gone: string[] } | { kind: 'page'; page: Facts[] };
const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({
      kind: fc.constant('change' as const),
      put: fc.uniqueArray(facts, { maxLength: 4, selector: (it) => it.id }),
      gone: fc.array(fc.constantFrom(...'abcdefghij'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('page' as const), page: fc.array(facts, { maxLength: 5 }) }),
  ),
);

describe('the rows of the inbox', () => {
  it('are as if all of them were sorted again at every change', () => {
    fc.assert(
      fc.property(fc.constantFrom(...orders), steps, (order, all) => {
        let rows = new InboxRows(order);
        const expected = new Map<string, Placed>();
        for (const step of all) {
          if (step.kind === 'page') {
            const page = step.page.map(placed);
            for (const it of page)
              if (!rows.has(it.conversation.id)) expected.set(it.conversation.id, it);
            rows = rows.with(page);
          } else {
            const put = step.put.map(placed);
            const gone = step.gone.filter((id) => !step.put.some((it) => it.id === id));
            for (const id of gone) expected.delete(id);
            for (const it of put) expected.set(it.conversation.id, it);
            rows.change(gone, put);
          }
          const sorted = [...expected.values()].sort((a, b) => comparePlaces(order, a, b));
          expect(rows.snapshot()).toEqual(sorted.map((it) => it.conversation));
        }
      }),
      { seed: 20261130, numRuns: 500 },
    );
  });

  it('leave what was drawn as it was', () => {
    const before: Facts = {
      id: 'a',
      since: 0,
      moved: 0,
      status: 'open',
      role: 'visitor',
      priority: null,
    };
    const rows = new InboxRows({ view: 'all' }, [placed(before)]);
    const drawn = rows.snapshot();

    rows.change(['a'], [placed({ ...before, id: 'b', moved: 1 })]);

    expect(drawn.map((it) => it.id)).toEqual(['a']);
    expect(rows.snapshot().map((it) => it.id)).toEqual(['b']);
  });
});
