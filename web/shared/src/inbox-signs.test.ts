import { describe, expect, it } from 'vitest';
import { InboxSigns } from './inbox-signs.ts';
import type { Signs } from './wire.ts';

const BEA = { id: 'bea', kind: 'agent', name: 'Bea' } as const;

const viewed = (sessionId: string): Signs => ({
  session_id: sessionId,
  viewing: [BEA],
  typing: [],
});
const quiet = (sessionId: string): Signs => ({ session_id: sessionId, viewing: [], typing: [] });

describe('signs of the inbox', () => {
  it('are there until nobody views or types', () => {
    const signs = new InboxSigns();
    signs.take(viewed('a'));
    signs.take({ ...quiet('b'), typing: [BEA] });
    expect(Object.keys(signs.state.get())).toEqual(['a', 'b']);

    signs.take(quiet('a'));

    expect(Object.keys(signs.state.get())).toEqual(['b']);
  });

  it('keep what came while the whole was on its way', () => {
    const signs = new InboxSigns();
    signs.take(viewed('gone'));
    signs.begin();
    signs.take(quiet('a'));
    signs.take(viewed('b'));

    signs.replace([viewed('a'), viewed('c')]);

    expect(Object.keys(signs.state.get()).sort()).toEqual(['b', 'c']);
  });

  it('forget what came before the whole was asked for again', () => {
    const signs = new InboxSigns();
    signs.begin();
    signs.take(viewed('a'));
    signs.replace([viewed('a')]);
    signs.take(viewed('b'));

    signs.replace([viewed('c')]);

    expect(Object.keys(signs.state.get())).toEqual(['c']);
  });
});
