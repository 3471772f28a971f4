import { describe, expect, it } from 'vitest';
import type { Entry } from '../wire.ts';
import { takeItem, takeTranscript, withoutWritten } from './live-lines.ts';

const words = (entryId: string, text: string, final = false) =>
  ({ entry_id: entryId, role: 'visitor', text, final }) as const;

const ANA = { id: 'ana', kind: 'agent', name: 'Ana' } as const;
const BEA = { id: 'bea', kind: 'agent', name: 'Bea' } as const;

describe('live lines', () => {
  it('stand in the order in which the utterances began, not in that of their words', () => {
    let lines = takeItem([], { item: 1, entry_id: 'a', role: 'visitor' });
    lines = takeItem(lines, { item: 2, entry_id: 'b', role: 'assistant' });
    lines = takeTranscript(lines, words('b', 'answer'));
    lines = takeTranscript(lines, words('a', 'question', true));

    expect(lines.map((line) => line.text)).toEqual(['question', 'answer']);
  });

  it('stay the words of the agent who had the call when they began', () => {
    const said = { entry_id: 'a', role: 'agent', text: 'of course', final: true } as const;
    const begun = takeItem([], { item: 1, entry_id: 'a', role: 'agent' }, ANA);

    expect(takeTranscript(begun, said, BEA)).toMatchObject([{ text: 'of course', agent: ANA }]);
    expect(takeTranscript([], said, BEA)).toMatchObject([{ agent: BEA }]);
  });

  it('go with their entries, and the same list stays the same list', () => {
    const lines = takeTranscript(takeTranscript([], words('a', 'one')), words('b', 'two'));

    expect(withoutWritten(lines, [{ id: 'a' } as Entry]).map((line) => line.entry_id)).toEqual([
      'b',
    ]);
    expect(withoutWritten(lines, [{ id: 'z' } as Entry])).toBe(lines);
  });

  it('are forgotten when their entries never come', () => {
    let lines = takeTranscript([], words('first', 'x'));
    for (let n = 0; n < 60; n += 1) lines = takeTranscript(lines, words(`e${n}`, 'x'));

    expect(lines).toHaveLength(50);
    expect(lines.at(-1)?.entry_id).toBe('e59');
  });
});
