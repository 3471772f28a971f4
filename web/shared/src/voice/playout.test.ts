import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from './audio-frame.ts';
import { Playout } from './playout.ts';

const FULL = 16_384;

function frame(value = FULL, length = FRAME_SAMPLES): Int16Array {
  return new Int16Array(length).fill(value);
}

function pushFrames(playout: Playout, count: number, item = 1, generation = 0): void {
  for (let at = 0; at < count; at += 1) {
    playout.push(frame(), { item, generation, isLast: false });
  }
}

function pull(playout: Playout, samples: number): Float32Array {
  const out = new Float32Array(samples);
  playout.pull(out);
  return out;
}

/** The largest step between neighbours: a click is a large one. */
function largestStep(samples: readonly number[]): number {
  return samples.reduce(
    (largest, sample, at) => Math.max(largest, Math.abs(sample - (samples[at - 1] ?? sample))),
    0,
  );
}

describe('playout', () => {
  it('waits for seventy milliseconds before it begins', () => {
    const playout = new Playout();
    pushFrames(playout, 3);
    expect(pull(playout, 64).every((sample) => sample === 0)).toBe(true);

    pushFrames(playout, 1);

    expect(pull(playout, 64).every((sample) => sample === 0.5)).toBe(true);
  });

  it('does not wait for more of what is complete, nor for ever for what is short', () => {
    const complete = new Playout();
    complete.push(frame(), { item: 1, generation: 0, isLast: true });
    expect(pull(complete, 64)[0]).toBe(0.5);

    const short = new Playout();
    pushFrames(short, 1);
    pull(short, 1_680);
    expect(pull(short, 64).some((sample) => sample > 0)).toBe(true);
  });

  it('counts the samples of each utterance exactly', () => {
    const playout = new Playout();
    playout.push(frame(FULL, 700), { item: 1, generation: 0, isLast: true });
    playout.push(frame(FULL, 900), { item: 2, generation: 0, isLast: true });

    pull(playout, 512);
    expect(playout.heard()).toMatchObject({ item: 1, samples: 512 });
    pull(playout, 512);
    expect(playout.heard()).toMatchObject({ item: 2, samples: 324 });
    pull(playout, 2_000);
    expect(playout.heard()).toMatchObject({ item: 2, samples: 900, buffered_ms: 0, underruns: 0 });
  });

  it('is silent within five milliseconds of a clear (complaint 1: keeps talking)', () => {
    const playout = new Playout();
    pushFrames(playout, 15);
    pull(playout, 1_000);

    const heard = playout.clear(1, 5);
    const after = pull(playout, 480);

    expect(heard).toMatchObject({ generation: 1, item: 1, samples: 1_000, buffered_ms: 0 });
    expect(after.subarray(120).every((sample) => sample === 0)).toBe(true);
    expect(largestStep([0.5, ...after])).toBeLessThan(0.01);
  });

  it('names the utterance that was next when it is cut between two', () => {
    const playout = new Playout();
    playout.push(frame(), { item: 1, generation: 0, isLast: true });
    pushFrames(playout, 4, 2);
    pull(playout, FRAME_SAMPLES);

    expect(playout.clear(1)).toMatchObject({ item: 2, samples: 0 });
  });

  it('takes nothing of an older generation, and a newer one clears by itself', () => {
    const playout = new Playout();
    pushFrames(playout, 4, 1, 7);
    pushFrames(playout, 4, 1, 6);
    expect(playout.heard()?.buffered_ms).toBe(80);

    pushFrames(playout, 1, 2, 8);
    expect(playout.heard()).toMatchObject({ generation: 8, buffered_ms: 20 });
    playout.clear(7);
    expect(playout.heard()).toMatchObject({ generation: 8, buffered_ms: 20 });
  });

  it('goes on counting an utterance that is sent again under a new generation', () => {
    const playout = new Playout();
    pushFrames(playout, 5, 1, 0);
    pull(playout, 1_000);
    playout.clear(1);

    pushFrames(playout, 5, 1, 1);
    pull(playout, 500);

    expect(playout.heard()).toMatchObject({ generation: 1, item: 1, samples: 1_500 });
  });

  it('fades out and in around an underrun (complaint 8: clicking playback)', () => {
    const playout = new Playout();
    pushFrames(playout, 4);
    const heard = [...pull(playout, 2_400)];
    expect(playout.heard()?.underruns).toBe(0);
    pushFrames(playout, 10);
    heard.push(...pull(playout, 2_400));

    expect(largestStep(heard)).toBeLessThan(0.02);
    expect(playout.heard()?.underruns).toBe(1);
    expect(Math.max(...heard.slice(2_400))).toBe(0.5);
  });

  it('waits longer after each underrun, up to two hundred milliseconds (complaint 8: choppy)', () => {
    const playout = new Playout();
    const targets: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      pushFrames(playout, 12);
      pull(playout, 12 * FRAME_SAMPLES + 100);
      targets.push(playout.target_ms);
    }

    expect(targets).toEqual([70, 110, 150, 190, 200, 200]);
  });

  it('takes a second of silence for a pause, and for no underrun', () => {
    const playout = new Playout();
    for (let turn = 0; turn < 3; turn += 1) {
      pushFrames(playout, 5, 0);
      for (let at = 0; at < 30; at += 1) pull(playout, 1_000);
    }

    expect(playout.heard()).toMatchObject({ samples: 15 * FRAME_SAMPLES, underruns: 0 });
  });

  it('takes the pause between two utterances for no underrun', () => {
    const playout = new Playout();
    pushFrames(playout, 5, 1);
    pull(playout, 5_000);
    pushFrames(playout, 5, 2);
    pull(playout, 5_000);

    expect(playout.heard()?.underruns).toBe(0);
    expect(playout.target_ms).toBe(70);
  });

  it('takes an end without sound for an end, and for no underrun', () => {
    const playout = new Playout();
    pushFrames(playout, 5, 1);
    pull(playout, 5_000);
    playout.push(new Int16Array(0), { item: 1, generation: 0, isLast: true });
    pushFrames(playout, 5, 2);
    pull(playout, 1_000);

    expect(playout.heard()).toMatchObject({ item: 2, samples: 1_000, underruns: 0 });
  });

  it('keeps no more than it was told of what nobody paces', () => {
    const playout = new Playout(400);
    pushFrames(playout, 100);

    expect(playout.heard()?.buffered_ms).toBeLessThanOrEqual(400);
  });

  it('plays every sample once and in order, whatever the pace', () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 2_000 }) }),
      fc.record({ pull: fc.integer({ min: 1, max: 1_500 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const playout = new Playout();
        let pushed = 0;
        let played = 0;
        for (const it of steps) {
          if ('push' in it) {
            // The hub never runs as far ahead as the ring is long.
            if (pushed - played + it.push > 40_000) continue;
            // Ramps that encode the position, never zero.
            const sound = Int16Array.from(
              { length: it.push },
              (_, at) => 1 + ((pushed + at) % 997),
            );
            playout.push(sound, { item: 3, generation: 0, isLast: false });
            pushed += it.push;
          } else {
            const out = pull(playout, it.pull);
            const now = playout.heard()?.samples ?? 0;
            const sound = out.filter((sample) => sample !== 0);
            expect(sound.length).toBeLessThanOrEqual(now - played);
            for (const [at, sample] of out.entries()) {
              const position = sample === 0 ? -1 : now - (lastSound(out) - at) - 1;
              // Faded samples are smaller than they were, never another sample.
              if (position >= 0) expect(sample * 32_768).toBeLessThanOrEqual(1 + (position % 997));
            }
            played = now;
          }
        }
        expect(played).toBeLessThanOrEqual(pushed);
        playout.push(new Int16Array(0), { item: 3, generation: 0, isLast: true });
        for (let turn = 0; turn < 40; turn += 1) pull(playout, 2_000);
        expect(playout.heard()?.samples ?? 0).toBe(pushed);
      }),
    );
  });
});

function lastSound(out: Float32Array): number {
  return out.findLastIndex((sample) => sample !== 0);
}
