import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { type Sleeper, Wake } from './wake.ts';

class FakeContext implements Sleeper {
  resumed = 0;
  /** What a resume does: nothing, as a browser does that waits for a touch. */
  wakes = false;

  constructor(public state: string) {}

  async resume(): Promise<void> {
    this.resumed += 1;
    if (this.wakes) this.state = 'running';
    else await new Promise(() => {});
  }
}

describe('wake', () => {
  it('never resumes while a phone call has the sound, and does afterwards (complaint 7)', async () => {
    const context = new FakeContext('interrupted');
    const clock = new FakeClock();
    const wake = new Wake(context, clock);
    wake.look();
    await clock.advance(10_000);
    expect(context.resumed).toBe(0);
    expect(wake.needsTouch.get()).toBe(false);

    context.state = 'suspended';
    context.wakes = true;
    wake.look();
    await clock.advance(10_000);

    expect(context.resumed).toBe(1);
    expect(wake.needsTouch.get()).toBe(false);
  });

  it('asks for a touch when the browser does not wake by itself', async () => {
    const context = new FakeContext('suspended');
    const clock = new FakeClock();
    const wake = new Wake(context, clock);
    wake.look();

    await clock.advance(999);
    expect(wake.needsTouch.get()).toBe(false);
    await clock.advance(1);
    expect(wake.needsTouch.get()).toBe(true);

    context.state = 'running';
    wake.look();
    expect(wake.needsTouch.get()).toBe(false);
  });
});
