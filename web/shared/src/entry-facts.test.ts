import { describe, expect, it } from 'vitest';
import {
  briefFactsOf,
  choicesOf,
  findChoices,
  interruptionOf,
  isBrief,
  isSpoken,
  isWhisper,
  pickedChoices,
  sourcesOf,
} from './entry-facts.ts';
import type { Entry } from './wire.ts';

function entry(
  id: string,
  metadata: Record<string, unknown>,
  kind: Entry['kind'] = 'message',
): Entry {
  return {
    id,
    session_id: 's',
    seq: 1,
    prev: 0,
    kind,
    event: null,
    role: 'assistant',
    author: { id: 'a', kind: 'assistant', name: 'Lumi' },
    content: 'text',
    content_type: 'text',
    attachments: [],
    client_message_id: null,
    reply_to: null,
    created_at: '2026-11-21T10:00:00.000Z',
    metadata,
  };
}

describe('facts of an entry', () => {
  it('name sources, and only addresses of the web become links', () => {
    const sources = [
      { number: 1, title: 'Delivery', url: 'https://example.com/delivery' },
      { title: 'Pairs', url: null },
      { title: 'Trick', url: 'javascript:alert(1)' },
      { url: 'https://example.com' },
      'nonsense',
      {},
    ];

    expect(sourcesOf(entry('1', { sources }))).toEqual([
      { number: 1, title: 'Delivery', url: 'https://example.com/delivery' },
      { number: null, title: 'Pairs', url: null },
      { number: null, title: 'Trick', url: null },
      { number: null, title: 'https://example.com', url: 'https://example.com' },
    ]);
  });

  it('survive whatever stands in the metadata', () => {
    for (const value of [null, 1, 'x', {}, [null, 1, []]]) {
      const odd = entry('1', { sources: value, choices: value, interrupted: value, brief: value });
      expect([sourcesOf(odd), choicesOf(odd), interruptionOf(odd)]).toEqual([[], [], null]);
      expect(isBrief(odd)).toBe(false);
    }
  });

  it('offer the newest choices until somebody writes', () => {
    const choices = [{ id: 'c1', text: 'Delivery' }];
    const asked = entry('1', { choices });

    expect(findChoices([])).toBeNull();
    expect(findChoices([asked])).toEqual({ id: '1', isOpen: true });
    expect(findChoices([asked, entry('2', {}, 'event')])).toEqual({ id: '1', isOpen: true });
    expect(findChoices([asked, entry('2', {})])).toEqual({ id: '1', isOpen: false });
    expect(findChoices([asked, entry('2', { choices })])).toEqual({ id: '2', isOpen: true });
  });

  it('tell what was spoken and what was whispered', () => {
    expect(isSpoken(entry('1', { voice: true }))).toBe(true);
    expect(isSpoken(entry('1', { voice: 'yes' }))).toBe(false);
    expect(isWhisper(entry('1', { whisper: true }, 'note'))).toBe(true);
    expect(isWhisper(entry('1', { whisper: true }))).toBe(false);
  });

  it('tell why a reply broke off', () => {
    expect(interruptionOf(entry('1', { interrupted: 'takeover' }))).toBe('takeover');
    expect(interruptionOf(entry('1', { interrupted: 'magic' }))).toBeNull();
  });

  it('say what was picked, also of choices that are spent', () => {
    const picked = (replyTo: string, content: string) => ({
      ...entry('p', {}),
      role: 'visitor' as const,
      reply_to: replyTo,
      content,
    });
    const entries = [
      entry('a', {}),
      picked('a', 'Opening hours'),
      entry('b', {}),
      picked('b', 'Yes'),
    ];

    expect([...pickedChoices(entries)]).toEqual([
      ['a', 'Opening hours'],
      ['b', 'Yes'],
    ]);
  });

  it('give a brief as data where there is some, whatever else stands in it', () => {
    const brief = (briefData: unknown) =>
      briefFactsOf(entry('n', { brief: true, brief_data: briefData }, 'note'));

    expect(brief({ intent: 'refund', quotes: ['It flickers', 7, ''], summary: '' })).toEqual({
      summary: null,
      intent: 'refund',
      sentiment: null,
      language: null,
      page: null,
      quotes: ['It flickers'],
    });
    for (const nothing of [undefined, null, 'text', 7]) expect(brief(nothing)).toBeNull();
  });
});
