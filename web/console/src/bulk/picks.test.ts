import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { PICKS_MAX, Picks, staysPicked } from './picks.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];

function picked(picks: Picks): string {
  return [...picks.ids.get()].sort().join('');
}

describe('picks', () => {
  it('picks one, and drops it when it is picked again', () => {
    const picks = new Picks();
    picks.toggle('b');
    picks.toggle('d');
    picks.toggle('b');

    expect(picked(picks)).toBe('d');
  });

  it('picks a range from the last one, in either direction', () => {
    const picks = new Picks();
    picks.toggle('d');
    picks.extendTo('b', ORDER);
    expect(picked(picks)).toBe('bcd');

    picks.extendTo('e', ORDER);
    expect(picked(picks)).toBe('bcde');
  });

  it('picks the one itself where a range has no beginning, or one that has left the list', () => {
    const picks = new Picks();
    picks.extendTo('c', ORDER);
    expect(picked(picks)).toBe('c');

    picks.toggle('gone');
    picks.extendTo('e', ORDER);
    expect([...picks.ids.get()].sort()).toEqual(['c', 'e', 'gone']);
  });

  it('keeps only what stays', () => {
    const picks = new Picks();
    picks.addAll(ORDER);
    picks.keep((id) => id === 'e' || id === 'a');

    expect(picked(picks)).toBe('ae');
  });

  it('stay unless they are known to fit the list no more', () => {
    const mine = (id: string, assignee: string) =>
      ({ id, state: { status: 'open', assignee: { id: assignee } } }) as ConversationSummary;
    const list = { shown: new Set(['aimed at']), filter: { view: 'mine' }, me: 'ana' } as const;

    expect(staysPicked('a', mine('a', 'ana'), list)).toBe(true);
    expect(staysPicked('a', mine('a', 'bea'), list)).toBe(false);
    expect(staysPicked('aimed at', mine('aimed at', 'bea'), list)).toBe(true);
    expect(staysPicked('not loaded', null, list)).toBe(true);
    expect(staysPicked('a', mine('a', 'bea'), { ...list, filter: { view: 'mentions' } })).toBe(
      true,
    );
  });

  it('picks no more than the server takes, and says so', () => {
    const picks = new Picks();
    const many = Array.from({ length: PICKS_MAX + 1 }, (_, at) => `id${at}`);

    expect(picks.addAll(many)).toBe(false);
    expect(picks.ids.get().size).toBe(PICKS_MAX);
    expect(picks.toggle('one more')).toBe(false);
    expect(picks.toggle('id0')).toBe(true);
    expect(picks.ids.get().size).toBe(PICKS_MAX - 1);
  });

  it('drops everything', () => {
    const picks = new Picks();
    picks.addAll(ORDER);
    picks.clear();

    expect(picks.ids.get().size).toBe(0);
  });
});
