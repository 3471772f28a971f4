import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FLAG,
  FRAME_SAMPLES,
  HEADER_BYTES,
  isOlderGeneration,
  KIND,
  readFrame,
  TRACK,
  writeHeader,
} from './audio-frame.ts';

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });

const header = fc.record({
  kind: fc.constantFrom(KIND.playback, KIND.monitor),
  flags: fc.constantFrom(0, FLAG.last, FLAG.muted, FLAG.discontinuity | FLAG.last),
  track: fc.constantFrom(...Object.values(TRACK)),
  seq: u32,
  time: u32,
  item: u16,
  generation: u16,
});

function frameOf(bytes: readonly number[]): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

describe('audio frames', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(header, fc.array(fc.integer({ min: -32_768, max: 32_767 })), (head, sound) => {
        const buffer = new ArrayBuffer(HEADER_BYTES + sound.length * 2);
        writeHeader(buffer, head);
        new Int16Array(buffer, HEADER_BYTES).set(sound);

        const { samples, ...rest } = readFrame(buffer) ?? { samples: [] };

        expect(rest).toEqual(head);
        expect([...samples]).toEqual(sound);
      }),
    );
  });

  it('are laid out as the contract says, byte by byte', () => {
    const buffer = new ArrayBuffer(HEADER_BYTES);
    writeHeader(buffer, {
      kind: 1,
      flags: 2,
      track: 2,
      seq: 0x01020304,
      time: 0x05060708,
      item: 0x090a,
      generation: 0x0b0c,
    });

    expect([...new Uint8Array(buffer)]).toEqual([
      1, 0, 2, 2, 4, 3, 2, 1, 8, 7, 6, 5, 0x0a, 9, 0x0c, 0x0b,
    ]);
  });

  it('of unknown kinds and codecs, and torn ones, are nothing', () => {
    const head = [2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    expect(readFrame(frameOf([...head, 1, 2]))).not.toBeNull();
    expect(readFrame(frameOf([9, ...head.slice(1)]))).toBeNull();
    expect(readFrame(frameOf([2, 1, ...head.slice(2)]))).toBeNull();
    expect(readFrame(frameOf([...head, 1]))).toBeNull();
    expect(readFrame(frameOf(head.slice(1)))).toBeNull();
  });

  it('whose bytes are anything never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        readFrame(frameOf([...bytes]));
      }),
    );
  });

  it('of silence stand for twenty milliseconds', () => {
    const silence = readFrame(frameOf([3, 0, 1, 0, ...Array<number>(12).fill(0)]));

    expect(silence?.samples).toEqual(new Int16Array(FRAME_SAMPLES));
  });

  it('know the older generation across the wrap', () => {
    fc.assert(
      fc.property(u16, fc.integer({ min: 1, max: 0x7fff }), (generation, step) => {
        const later = (generation + step) & 0xffff;

        expect(isOlderGeneration(generation, later)).toBe(true);
        expect(isOlderGeneration(later, generation)).toBe(false);
        expect(isOlderGeneration(generation, generation)).toBe(false);
      }),
    );
    expect(isOlderGeneration(0xffff, 0)).toBe(true);
  });
});
