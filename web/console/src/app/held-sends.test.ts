import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../shared/test/fake-clock.ts';
import { HeldSends } from './held-sends.ts';

function house() {
  const clock = new FakeClock();
  const sent: string[] = [];
  const held = new HeldSends(clock, (item, isLeaving) =>
    sent.push(`${item.session_id} ${item.content}${isLeaving ? ' leaving' : ''}`),
  );
  return { clock, sent, held };
}

describe('held messages', () => {
  it('go after five seconds, in their order', async () => {
    const { clock, sent, held } = house();
    held.hold('c1', 'one', {});
    await clock.advance(1_000);
    held.hold('c1', 'two', {});
    await clock.advance(3_999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toEqual(['c1 one']);
    await clock.advance(1_000);
    expect(sent).toEqual(['c1 one', 'c1 two']);
    expect(held.items.get()).toEqual([]);
  });

  it('are taken back, the newest first, and then never go', async () => {
    const { clock, sent, held } = house();
    held.hold('c1', 'one', {});
    held.hold('c1', 'two', {});
    held.hold('c2', 'other', {});
    expect(held.contentsOf('c1')).toEqual(['one', 'two']);
    expect(held.undo('c1')?.content).toBe('two');
    expect(held.contentsOf('c1')).toEqual(['one']);
    expect(held.undo('c1')?.content).toBe('one');
    expect(held.undo('c1')).toBeNull();
    await clock.advance(10_000);
    expect(sent).toEqual(['c2 other']);
  });

  it('go at once where the agent goes elsewhere or leaves, once each', async () => {
    const { clock, sent, held } = house();
    held.hold('c1', 'one', {});
    held.hold('c2', 'two', {});
    held.flush('c1');
    expect(sent).toEqual(['c1 one']);
    held.flushAll();
    await clock.advance(10_000);
    expect(sent).toEqual(['c1 one', 'c2 two leaving']);
  });
});
