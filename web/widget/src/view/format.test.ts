import { describe, expect, it } from 'vitest';
import { formatDuration } from './format.ts';

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
