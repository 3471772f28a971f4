import type { Saying } from '@switchboard/shared/voice/call-wire.ts';
import { describe, expect, it } from 'vitest';
import { withSaying } from './sayings.ts';

const BY = { id: '1', kind: 'agent', name: 'Ana' } as Saying['by'];
const saying = (sayId: number, stage: Saying['stage']): Saying => ({
  say_id: sayId,
  by: BY,
  text: 'Please hold.',
  stage,
});

function after(...news: Saying[]): string[] {
  return news
    .reduce<readonly Saying[]>(withSaying, [])
    .map(({ say_id, stage }) => `${say_id} ${stage}`);
}

describe('words of agents for the assistant', () => {
  it('are shown while they wait, and not while they are heard', () => {
    expect(after(saying(1, 'waiting'), saying(2, 'waiting'))).toEqual(['1 waiting', '2 waiting']);
    expect(after(saying(1, 'waiting'), saying(2, 'waiting'), saying(1, 'speaking'))).toEqual([
      '2 waiting',
    ]);
  });

  it('that nobody hears are shown until there is other news', () => {
    expect(after(saying(1, 'waiting'), saying(1, 'taken_back'))).toEqual(['1 taken_back']);
    expect(after(saying(1, 'waiting'), saying(1, 'dropped'), saying(2, 'waiting'))).toEqual([
      '2 waiting',
    ]);
  });
});
