import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../shared/test/fake-clock.ts';
import { seldom } from './seldom.ts';

function start() {
  const clock = new FakeClock();
  const from = clock.now_ms();
  const ranAtMs: number[] = [];
  return { clock, ranAtMs, work: seldom(clock, 1_000, () => ranAtMs.push(clock.now_ms() - from)) };
}

describe('work that news ask for', () => {
  it('is done at once after a calm', async () => {
    const { clock, ranAtMs, work } = start();
    work.ask();
    await clock.advance(5_000);
    work.ask();

    expect(ranAtMs).toEqual([0, 5_000]);
  });

  it('is done once in a while under load, and after the last', async () => {
    const { clock, ranAtMs, work } = start();
    for (let news = 0; news < 25; news += 1) {
      work.ask();
      await clock.advance(100);
    }
    await clock.advance(5_000);

    expect(ranAtMs).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('is not done once it was stopped', async () => {
    const { clock, ranAtMs, work } = start();
    work.ask();
    work.ask();
    work.stop();
    await clock.advance(5_000);

    expect(ranAtMs).toEqual([0]);
  });
});
