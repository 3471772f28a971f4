import { describe, expect, it } from 'vitest';
import { FRAME_BYTES, HEADER_BYTES } from './audio-frame.ts';
import { CaptureLine, type CapturedFrame } from './capture-line.ts';
import { Mixer } from './mixer.ts';

const BLOCK = 128;

function capture(rateHz: number, seconds: number, bringBack: boolean): CapturedFrame[] {
  const frames: CapturedFrame[] = [];
  const line: CaptureLine = new CaptureLine(rateHz, BLOCK, (frame) => {
    frames.push(frame);
    if (bringBack) line.giveBack(frame.buffer);
  });
  for (let at = 0; at < rateHz * seconds; at += BLOCK) {
    line.take(new Float32Array(BLOCK).map((_, n) => 0.5 * Math.sin((at + n) / 20)));
  }
  return frames;
}

describe('capture', () => {
  for (const rateHz of [44_100, 48_000, 16_000]) {
    it(`makes fifty frames a second out of ${rateHz} Hz`, () => {
      const frames = capture(rateHz, 2, true);

      expect(Math.abs(frames.length - 100)).toBeLessThanOrEqual(1);
      expect(frames.every((frame) => frame.buffer.byteLength === FRAME_BYTES)).toBe(true);
      expect(frames.map((frame) => frame.index)).toEqual(frames.map((_, at) => at));
    });
  }

  it('fills the same buffers again', () => {
    const frames = capture(48_000, 1, true);

    expect(new Set(frames.map((frame) => frame.buffer)).size).toBe(1);
  });

  it('stops at a second of frames that nobody brings back, and goes on counting', () => {
    const frames: CapturedFrame[] = [];
    const line = new CaptureLine(24_000, 480, (frame) => frames.push(frame));
    const second = (count: number) => {
      for (let at = 0; at < count; at += 1) line.take(new Float32Array(480));
    };
    second(60);
    expect(frames).toHaveLength(50);

    line.giveBack(new ArrayBuffer(FRAME_BYTES));
    second(1);

    expect(frames.at(-1)?.index).toBe(60);
  });

  it('tells how loud it is', () => {
    const [loud, silent] = [0.5, 0].map((size) => {
      const levels: number[] = [];
      const line = new CaptureLine(24_000, 480, (frame) => levels.push(frame.level));
      line.take(new Float32Array(480).fill(size));
      return levels[0];
    });

    expect(loud).toBeCloseTo(0.9, 2);
    expect(silent).toBe(0);
  });

  it('does not wrap around at the loudest', () => {
    const line = new CaptureLine(24_000, 480, ({ buffer }) => {
      const samples = new Int16Array(buffer, HEADER_BYTES);
      expect([samples[0], samples[1]]).toEqual([32_767, -32_768]);
    });
    line.take(Float32Array.from({ length: 480 }, (_, at) => (at % 2 === 0 ? 1.5 : -1.5)));
    expect.assertions(1);
  });
});

describe('mixer', () => {
  it('plays two tracks at once, each with a level of its own', () => {
    const mixer = new Mixer(48_000);
    const piece = { item: 0, generation: 0, isLast: true };
    mixer.line(0).push(new Int16Array(4_800).fill(8_192), piece);
    mixer.line(1).push(new Int16Array(4_800).fill(4_096), piece);
    const out = new Float32Array(BLOCK);
    for (let block = 0; block < 20; block += 1) mixer.fill(out);

    expect(out[100]).toBeCloseTo(0.375, 3);
    const levels = new Map(mixer.takeLevels());
    expect(levels.get('main')).toBe(0);
    expect(levels.get(0)).toBeGreaterThan(levels.get(1) ?? 1);
  });
});
