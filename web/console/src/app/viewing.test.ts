import type { Clock } from '@switchboard/shared/ports.ts';
import { describe, expect, it } from 'vitest';
import { Viewing } from './viewing.ts';

function setUp() {
  const due = new Set<() => void>();
  const clock: Clock = {
    now_ms: () => 0,
    after: (_, run) => {
      due.add(run);
      return () => due.delete(run);
    },
  };
  const told: (string | null)[] = [];
  const pass = () => {
    for (const run of [...due]) {
      due.delete(run);
      run();
    }
  };
  return { viewing: new Viewing(clock, (id) => told.push(id)), told, pass };
}

describe('which conversation is viewed', () => {
  it('is told once it stays', () => {
    const { viewing, told, pass } = setUp();
    for (const id of ['a', null, 'b', null, 'c']) viewing.show(id);
    pass();
    viewing.show(null);
    viewing.show('c');
    pass();
    expect(told).toEqual(['c']);

    viewing.show(null);
    pass();
    expect(told).toEqual(['c', null]);
  });

  it('is told again to a new connection, where there is any', () => {
    const { viewing, told, pass } = setUp();
    viewing.repeat();
    expect(told).toEqual([]);
    viewing.show('a');
    pass();

    viewing.repeat();

    expect(told).toEqual(['a', 'a']);
  });
});
