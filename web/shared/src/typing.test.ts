import { describe, expect, it } from 'vitest';
import { FakeClock } from '../test/fake-clock.ts';
import { AGENT } from '../test/model-hub.ts';
import { TypingBoard, type TypingNews, TypingTeller } from './typing.ts';

describe('typing', () => {
  it('of others lapses after six seconds without news', async () => {
    const clock = new FakeClock();
    const board = new TypingBoard(clock);
    board.start(AGENT, undefined);
    await clock.advance(4_000);
    board.start(AGENT, 'hel');

    await clock.advance(5_999);
    expect(board.typists.get()).toEqual([{ user: AGENT, preview: 'hel' }]);
    await clock.advance(1);
    expect(board.typists.get()).toEqual([]);
  });

  it('of ours is told at once, then at most every two seconds with the latest text', async () => {
    const clock = new FakeClock();
    const told: TypingNews[] = [];
    const teller = new TypingTeller(clock, (news) => told.push(news));

    for (const text of ['h', 'he', 'hel']) teller.write(text);
    expect(told).toEqual([{ kind: 'start', preview: 'h' }]);
    await clock.advance(2_000);
    expect(told.at(-1)).toEqual({ kind: 'start', preview: 'hel' });
    await clock.advance(4_000);
    expect(told).toHaveLength(3);
    expect(told.at(-1)).toEqual({ kind: 'stop' });
  });

  it('stops once when the text is sent or emptied', () => {
    const told: TypingNews[] = [];
    const teller = new TypingTeller(new FakeClock(), (news) => told.push(news));

    teller.write('h');
    teller.write('');
    teller.stop();

    expect(told.map((news) => news.kind)).toEqual(['start', 'stop']);
  });
});
