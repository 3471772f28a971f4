import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGENT, ModelHub } from '../test/model-hub.ts';
import { Timeline } from './timeline.ts';
import type { Entry } from './wire.ts';

function log(count: number): Entry[] {
  const hub = new ModelHub();
  for (let n = 0; n < count; n += 1) {
    hub.append(AGENT, `${n}`, n % 3 === 1 ? 'note' : 'message', null);
  }
  return hub.visible;
}

describe('timeline', () => {
  it('takes entries whose prev is its position, over the places it may not see', () => {
    const timeline = new Timeline();

    for (const entry of log(6)) expect(timeline.add(entry)).toEqual({ kind: 'shown' });

    expect(timeline.entries.map((entry) => entry.seq)).toEqual([1, 3, 4, 6]);
  });

  it('ignores repeats and reports gaps with the position to resume from', () => {
    const [first, second, third] = log(5);
    if (!first || !second || !third) throw new Error('three entries expected');
    const timeline = new Timeline();
    timeline.add(first);

    expect(timeline.add(first)).toEqual({ kind: 'seen before' });
    expect(timeline.add(third)).toEqual({ kind: 'gap', after: 1 });
    expect(timeline.entries).toEqual([first]);
  });

  it('never holds a hole, whatever arrives in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(11), { maxLength: 60 }), (order) => {
        const all = log(18);
        const timeline = new Timeline();
        for (const index of order) {
          const entry = all[index];
          if (entry) timeline.add(entry);
        }
        expect(timeline.entries).toEqual(all.slice(0, timeline.entries.length));
      }),
      { seed: 20261121 },
    );
  });

  it('puts older pages before what it has', () => {
    const all = log(12);
    const timeline = new Timeline();
    timeline.replace(all.slice(5), true);

    timeline.prepend(all.slice(0, 6), false);

    expect(timeline.entries).toEqual(all);
    expect(timeline.hasOlder).toBe(false);
  });
});
