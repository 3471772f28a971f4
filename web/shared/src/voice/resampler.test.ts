import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler } from './resampler.ts';

function tone(hertz: number, rateHz: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, at) =>
    Math.sin((2 * Math.PI * hertz * at) / rateHz),
  );
}

function resample(input: Float32Array, fromHz: number, toHz: number): Float32Array {
  const resampler = new Resampler(fromHz, toHz);
  const output = new Float32Array(resampler.outputsFor(input.length));
  return output.subarray(0, resampler.process(input, output));
}

/** How loud the middle is, against a full tone; the ends hold the filter's beginning and end. */
function loudnessDb(samples: Float32Array): number {
  const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  const mean = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length;
  return 10 * Math.log10(mean / 0.5 + 1e-20);
}

describe('resampler', () => {
  for (const rateHz of [48_000, 44_100, 96_000]) {
    it(`lets nothing above 13 kHz alias from ${rateHz} Hz: at least 60 dB down`, () => {
      for (let hertz = 13_000; hertz < rateHz / 2; hertz += 250) {
        const loudness = loudnessDb(resample(tone(hertz, rateHz, 0.1), rateHz, 24_000));
        expect(loudness, `${hertz} Hz`).toBeLessThan(-60);
      }
    });

    it(`keeps speech as loud as it was from ${rateHz} Hz`, () => {
      for (const hertz of [100, 440, 1_000, 3_400, 8_000, 10_000]) {
        const loudness = loudnessDb(resample(tone(hertz, rateHz, 0.1), rateHz, 24_000));
        expect(Math.abs(loudness), `${hertz} Hz`).toBeLessThan(0.1);
      }
    });
  }

  for (const rateHz of [48_000, 44_100]) {
    it(`adds no images going up to ${rateHz} Hz`, () => {
      const up = resample(tone(6_000, 24_000, 0.2), 24_000, rateHz);

      // What is left once the tone itself is taken away are images and noise.
      expect(loudnessDb(withoutTone(up, 6_000, rateHz))).toBeLessThan(-60);
    });
  }

  it('leaves 24 kHz as it is', () => {
    const input = tone(1_000, 24_000, 0.01);

    expect(resample(input, 24_000, 24_000)).toEqual(input);
  });

  it('makes the same of a stream whatever pieces it comes in', () => {
    const input = tone(700, 44_100, 0.05);
    const whole = resample(input, 44_100, 24_000);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1 }), (cuts) => {
        const resampler = new Resampler(44_100, 24_000);
        const made: number[] = [];
        let from = 0;
        for (let turn = 0; from < input.length; turn += 1) {
          const size = (cuts[turn % cuts.length] ?? 0) + (turn % 2);
          const output = new Float32Array(resampler.outputsFor(size));
          const count = resampler.process(input.subarray(from, from + size), output);
          made.push(...output.subarray(0, count));
          from += size;
        }

        expect(made).toEqual([...whole]);
      }),
      { numRuns: 30 },
    );
  });

  it('says exactly how many inputs a block of output needs, for ever', () => {
    for (const rateHz of [48_000, 44_100, 16_000, 24_000, 11_025, 22_255]) {
      const resampler = new Resampler(24_000, rateHz);
      const output = new Float32Array(128);
      let taken = 0;
      for (let block = 0; block < 2_000; block += 1) {
        const needed = resampler.inputsFor(output.length);
        taken += needed;
        expect(resampler.process(new Float32Array(needed), output)).toBe(128);
      }
      // No drift: as much goes in as the clocks say.
      expect(Math.abs(taken - (2_000 * 128 * 24_000) / rateHz)).toBeLessThan(2);
    }
  });
});

function withoutTone(samples: Float32Array, hertz: number, rateHz: number): Float32Array {
  const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  let sine = 0;
  let cosine = 0;
  for (const [at, sample] of middle.entries()) {
    const angle = (2 * Math.PI * hertz * at) / rateHz;
    sine += (2 / middle.length) * sample * Math.sin(angle);
    cosine += (2 / middle.length) * sample * Math.cos(angle);
  }
  return middle.map((sample, at) => {
    const angle = (2 * Math.PI * hertz * at) / rateHz;
    return sample - sine * Math.sin(angle) - cosine * Math.cos(angle);
  });
}
