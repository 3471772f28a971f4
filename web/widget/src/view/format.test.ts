import { describe, expect, it } from 'vitest';
import type { Words } from '../words.ts';
import { formatDuration, tellReturn } from './format.ts';

describe('durations', () => {
  it('have minutes and seconds, and hours where there are any', () => {
    expect([0, 5, 92, 600, 3_599, 3_725].map(formatDuration)).toEqual([
      '0:00',
      '0:05',
      '1:32',
      '10:00',
      '59:59',
      '1:02:05',
    ]);
  });
});

describe('when somebody is back', () => {
  it('has words of its own for a time of today', () => {
    const words = {
      locale: 'es',
      t: (key: string, params?: Record<string, unknown>) => `${key} ${params?.time}`,
    } as unknown as Words;
    const now = new Date(2026, 10, 27, 8).getTime();
    const tell = (...at: [number, number, number, number]) =>
      tellReturn(new Date(...at).toISOString(), now, words, 'status.backAt', 'status.back');

    expect(tell(2026, 10, 27, 9)).toBe('status.backAt 9:00');
    expect(tell(2026, 10, 28, 9)).toBe('status.back sáb, 9:00');
  });
});
