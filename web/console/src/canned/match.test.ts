import type { CannedReply } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { matchReplies, slashAt } from './match.ts';

function reply(shortcut: string, title: string, body: string, usedCount = 0): CannedReply {
  const at = '2026-11-21T10:00:00.000Z';
  const rest = { scope: 'org' as const, folder: null, files: [], created_at: at, updated_at: at };
  return { id: shortcut, shortcut, title, body, used_count: usedCount, ...rest };
}

const REPLIES = [
  reply('hours', 'Opening hours', 'We are open from 9 to 18', 2),
  reply('refund', 'Refund', 'We refund within 14 days', 1),
  reply('refund-late', 'Refund is late', 'Sorry', 9),
  reply('bye', 'Goodbye', 'Adiós, thanks for the refund talk'),
];

const shortcuts = (query: string) => matchReplies(REPLIES, query).map((it) => it.shortcut);

describe('canned replies', () => {
  it('are ranked by where the words stand, then by use', () => {
    expect(shortcuts('refund')).toEqual(['refund', 'refund-late', 'bye']);
    expect(shortcuts('')).toEqual(['refund-late', 'hours', 'refund', 'bye']);
    expect(shortcuts('open 18')).toEqual(['hours']);
    expect(shortcuts('adios')).toEqual(['bye']);
    expect(shortcuts('nothing')).toEqual([]);
  });
});

describe('a slash', () => {
  it('opens at the start of a word only', () => {
    expect(slashAt('/ref', 4)).toEqual({ start: 0, query: 'ref' });
    expect(slashAt('Hi /open h', 10)).toEqual({ start: 3, query: 'open h' });
    expect(slashAt('Hi\n/', 4)).toEqual({ start: 3, query: '' });
    expect(slashAt('and/or', 6)).toBeNull();
    expect(slashAt('https://x.org', 13)).toBeNull();
    expect(slashAt('/a\nb', 4)).toBeNull();
    expect(slashAt('/ a', 3)).toBeNull();
    expect(slashAt('/ref and more', 3)).toEqual({ start: 0, query: 're' });
    expect(slashAt('no', 2)).toBeNull();
  });
});
