import { createTranslator } from '@switchboard/shared/i18n.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import type { WordKey } from '../app/words.ts';
import en from '../locales/en.json';
import { eventText } from './event-text.ts';

const words = createTranslator<WordKey>('en', en, en);

function say(event: Entry['event'], metadata: Record<string, unknown> = {}): string {
  const author = { id: 'v', kind: 'visitor', name: 'Guest-12' };
  return eventText({ event, author, metadata } as Entry, words);
}

describe('an event of a call', () => {
  it('says who called, how long it was and why it ended', () => {
    expect(say('call_started')).toBe('Guest-12 called');
    expect(say('call_ended', { seconds: 3_725, reason: 'visitor' })).toBe(
      'Call ended, 1:02:05: the visitor hung up',
    );
    expect(say('call_ended', { seconds: 9, reason: 'error' })).toBe('Call broke off, 0:09');
  });

  it('says less where a newer hub has a reason of its own', () => {
    expect(say('call_ended', { seconds: 61, reason: 'weather' })).toBe('Call ended, 1:01');
    expect(say('call_ended', {})).toBe('Call ended, 0:00');
  });
});
