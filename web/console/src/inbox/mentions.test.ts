import { describe, expect, it } from 'vitest';
import { mentionAt, mentionsIn } from './mentions.ts';

const PEOPLE = [
  { id: 'a', name: 'Ana' },
  { id: 'b', name: 'Ana Gómez' },
  { id: 'c', name: 'Bea' },
];

describe('mentions', () => {
  it('are the names behind an @, the longest first', () => {
    expect(mentionsIn('@Ana Gómez, ask @bea.', PEOPLE)).toEqual(['b', 'c']);
    expect(mentionsIn('@Ana and @Ana Gómez', PEOPLE)).toEqual(['b', 'a']);
    expect(mentionsIn('@Anabel and ana@bea.org', PEOPLE.slice(0, 1))).toEqual([]);
    expect(mentionsIn('no one', PEOPLE)).toEqual([]);
  });

  it('are begun at the start of a word only', () => {
    expect(mentionAt('Ask @be', 7)).toEqual({ start: 4, query: 'be' });
    expect(mentionAt('@Ana G', 6)).toEqual({ start: 0, query: 'Ana G' });
    expect(mentionAt('ana@be', 6)).toBeNull();
    expect(mentionAt('@a\nb', 4)).toBeNull();
    expect(mentionAt('@ a', 3)).toBeNull();
  });
});
