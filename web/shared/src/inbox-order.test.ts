import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePlaces, findPlace, type Placed, place } from './inbox-order.ts';
import type { ConversationSummary, Priority } from './wire.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 10, 28, 9, n)).toISOString();

interface Facts {
  id: string;
  since?: number;
  priority?: Priority | null;
  updated?: number;
  role?: 'visitor' | 'agent' | 'assistant' | 'system';
  preview?: string;
}

function summary(facts: Facts): ConversationSummary {
  const { id, since = 0, priority = null, updated = 0, role = 'visitor', preview = '' } = facts;
  return {
    id,
    state: {
      priority,
      responder: { kind: 'waiting', since: minute(since) },
      updated_at: minute(updated),
    },
    last_message: { seq: 1, role, preview },
  } as unknown as ConversationSummary;
}

const placed = (facts: Facts) => place(summary(facts), null, null);
const order = (view: 'waiting' | 'all', items: Placed[]) =>
  items.sort((a, b) => comparePlaces({ view }, a, b)).map((it) => it.conversation.id);

describe('the order of the inbox', () => {
  it('has who waits longest first, after those that are more urgent', () => {
    const rows = [
      placed({ id: 'new', since: 50 }),
      placed({ id: 'old', since: 1 }),
      placed({ id: 'urgent', since: 59, priority: 'urgent' }),
      placed({ id: 'low', since: 0, priority: 'low' }),
      placed({ id: 'high', since: 30, priority: 'high' }),
      placed({ id: 'medium', since: 20, priority: 'medium' }),
    ];

    expect(order('waiting', rows)).toEqual(['urgent', 'high', 'old', 'medium', 'new', 'low']);
  });

  it('is newest first elsewhere', () => {
    const rows = [placed({ id: 'a', updated: 1 }), placed({ id: 'b', updated: 2 })];

    expect(order('all', rows)).toEqual(['b', 'a']);
  });

  it('has who waits longest first where that is asked, and behind them the newest change', () => {
    const rows = [
      { ...placed({ id: 'answered', updated: 9 }) },
      placed({ id: 'new', since: 50, updated: 50 }),
      placed({ id: 'old', since: 1, updated: 55, priority: 'low' }),
      { ...placed({ id: 'later', updated: 10 }) },
    ];
    for (const it of rows)
      it.conversation.state.status =
        it.conversation.id === 'new' || it.conversation.id === 'old' ? 'waiting' : 'open';

    const sorted = rows.sort((a, b) => comparePlaces({ view: 'all', sort: 'longest_wait' }, a, b));

    expect(sorted.map((it) => it.conversation.id)).toEqual(['old', 'new', 'later', 'answered']);
  });

  it('has what nobody has answered first where that is asked, the oldest at the top', () => {
    const rows = [
      placed({ id: 'answered', updated: 30, role: 'agent' }),
      placed({ id: 'new', updated: 20 }),
      placed({ id: 'old', updated: 10 }),
      placed({ id: 'long answered', updated: 5, role: 'assistant' }),
    ];

    const sorted = rows.sort((a, b) => comparePlaces({ view: 'all', sort: 'unanswered' }, a, b));

    expect(sorted.map((it) => it.conversation.id)).toEqual([
      'old',
      'new',
      'answered',
      'long answered',
    ]);
  });

  it('is not changed by automatic messages, nor is what is shown of a conversation', () => {
    const before = placed({ id: 'a', updated: 1, preview: 'Is anybody there?' });
    const notice = summary({ id: 'a', updated: 9, role: 'system', preview: 'Nobody is free' });

    const after = place(notice, before, 'message');

    expect(after.moved_at).toBe(before.moved_at);
    expect(after.conversation.last_message?.preview).toBe('Is anybody there?');
  });

  it.each(['insight', 'tagged', 'read', 'visitor', 'call'])('is not changed by %s', (reason) => {
    const before = placed({ id: 'a', updated: 1 });

    expect(place(summary({ id: 'a', updated: 9 }), before, reason).moved_at).toBe(minute(1));
  });

  it.each(['message', 'handoff', 'takeover', 'closed'])('is changed by %s', (reason) => {
    const before = placed({ id: 'a', updated: 1 });

    expect(place(summary({ id: 'a', updated: 9 }), before, reason).moved_at).toBe(minute(9));
  });

  it('is found by looking at a few rows only, wherever a row belongs', () => {
    const facts = fc.record({
      id: fc.uuid(),
      since: fc.nat(50),
      updated: fc.nat(50),
      priority: fc.constantFrom<Priority | null>(null, 'low', 'medium', 'high', 'urgent'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(facts, { selector: (it) => it.id, maxLength: 40 }),
        facts,
        fc.constantFrom<'waiting' | 'all'>('waiting', 'all'),
        (many, one, view) => {
          const rows = many.map(placed).sort((a, b) => comparePlaces({ view }, a, b));
          const item = placed(one);
          const inserted = rows.toSpliced(findPlace({ view }, rows, item), 0, item);

          expect(inserted).toEqual([...inserted].sort((a, b) => comparePlaces({ view }, a, b)));
        },
      ),
    );
  });
});
