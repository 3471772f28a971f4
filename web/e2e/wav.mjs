// Sound for a fake microphone: made here, so that every sample of it is known.

import { writeFile } from 'node:fs/promises';

/** Chromium's fake microphone runs at this rate; another would be resampled on the way. */
export const MICROPHONE_RATE = 44_100;

/** Like speech to whoever measures it: syllables of gliding tones that never repeat, so that every piece of it can be
 * told from every other. `plan` is in seconds: positive ones are spoken, negative ones are silent.
 * @param {readonly number[]} plan @param {number} seed */
export function makeSpeech(plan, seed) {
  const total = plan.reduce((sum, seconds) => sum + Math.abs(seconds), 0);
  const samples = new Float32Array(Math.round(total * MICROPHONE_RATE));
  const next = random(seed);
  let at = 0;
  for (const seconds of plan) {
    const end = at + Math.round(Math.abs(seconds) * MICROPHONE_RATE);
    while (seconds > 0 && at < end) at = addSyllable(samples, at, end, next);
    at = end;
  }
  return samples;
}

/** @param {Float32Array} samples @param {number} from @param {number} end @param {() => number} next */
function addSyllable(samples, from, end, next) {
  const length = Math.min(end - from, Math.round((0.09 + 0.12 * next()) * MICROPHONE_RATE));
  const baseHz = 110 + 190 * next();
  const glide = (next() - 0.5) * 0.5;
  const strengths = Array.from({ length: 8 }, (_, at) => next() / (1 + at * 0.35));
  const sum = strengths.reduce((all, one) => all + one, 0);
  let phase = 0;
  for (let at = 0; at < length; at += 1) {
    phase += (2 * Math.PI * baseHz * (1 + (glide * at) / length)) / MICROPHONE_RATE;
    const edge = Math.min(1, at / 300, (length - at) / 300);
    let value = 0;
    for (const [harmonic, strength] of strengths.entries()) {
      value += strength * Math.sin(phase * (harmonic + 1));
    }
    samples[from + at] = (0.55 * edge * value) / sum;
  }
  return from + length;
}

/** The same numbers for the same seed, from 0 to 1.
 * @param {number} seed */
function random(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** @param {string} file @param {Float32Array} samples */
export async function writeWav(file, samples) {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(MICROPHONE_RATE, 24);
  bytes.writeUInt32LE(MICROPHONE_RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [at, sample] of samples.entries()) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), 44 + at * 2);
  }
  await writeFile(file, bytes);
}
