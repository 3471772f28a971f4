import { type CallView, FIRST_VIEW } from '@switchboard/shared/voice/call-view.ts';
import { describe, expect, it } from 'vitest';
import { announcementOf, endOf, lineOf, noticesOf } from './call-text.ts';
import { translate } from '../words.ts';
import en from '../locales/en.json';
import es from '../locales/es.json';
import type { CallWords } from './call-words.ts';

function wordsOf(locale: string, texts: Record<string, string>): CallWords {
  return { locale, t: translate(locale, new Map(Object.entries(texts))) };
}

const english = wordsOf('en', en.call);

const NAMES = { assistant: 'Nora' };
const ANA = { id: 'u1', kind: 'agent', name: 'Ana' } as const;

function live(change: Partial<CallView> = {}): CallView {
  return { ...FIRST_VIEW, phase: 'live', started_at_ms: 0, ...change };
}

describe('the words of a call', () => {
  it('say whose turn it is', () => {
    expect(lineOf(live(), NAMES, english)).toBe('You can speak now');
    expect(lineOf(live({ speaking: 'visitor' }), NAMES, english)).toBe('Listening…');
    expect(lineOf(live({ speaking: 'assistant' }), NAMES, english)).toBe('Nora is speaking');
  });

  it('say who has the call, and that one is on hold or muted before that', () => {
    const agent = live({ floor: 'agent', agent: ANA });
    expect(lineOf(agent, NAMES, english)).toBe('You are talking to Ana');
    expect(lineOf({ ...agent, isMuted: true }, NAMES, english)).toBe('You are muted');
    expect(lineOf({ ...agent, isMuted: true, floor: 'hold' }, NAMES, english)).toMatch(/^On hold/);
    expect(lineOf(live({ floor: 'taking' }), NAMES, english)).toBe(
      'A colleague is joining the call…',
    );
  });

  it('say that the voice is coming, not that it was lost, before it was ever there', () => {
    const first = live({ link: 'reconnecting' });
    expect(lineOf(first, NAMES, english)).toBe('Connecting…');
    expect(lineOf({ ...first, wasLinked: true }, NAMES, english)).toBe(
      'One moment, Nora is reconnecting…',
    );
    expect(lineOf({ ...first, link: 'degraded' }, NAMES, english)).toMatch(/cannot be reached/);
  });

  it('announce whom the visitor talks to, at the beginning and whenever it changes', () => {
    const said = [
      live(),
      live({ floor: 'agent', agent: ANA }),
      live({ floor: 'releasing', agent: ANA }),
      live(),
    ].map((view) => announcementOf(view, NAMES, english));
    expect(said).toEqual([
      'You are talking to Nora',
      'You are talking to Ana',
      'Nora goes on…',
      'You are talking to Nora',
    ]);
  });

  it('announce states, and not every turn', () => {
    const quiet = announcementOf(live(), NAMES, english);
    expect(announcementOf(live({ speaking: 'assistant', tool: 'search' }), NAMES, english)).toBe(
      quiet,
    );
    expect(announcementOf(live({ isListenedTo: true }), NAMES, english)).not.toBe(quiet);
    expect(announcementOf(live({ phase: 'reconnecting' }), NAMES, english)).not.toBe(quiet);
  });

  it('tell plainly that a voice is simulated, a call recorded, somebody listening', () => {
    const notice = { simulated: true, basic: false, recording: true, monitored: true };
    expect(noticesOf(live({ notice, isListenedTo: true }), english)).toEqual([
      'Simulated voice: no real model is connected.',
      'This call is recorded.',
      'A colleague is listening.',
    ]);
    expect(noticesOf(live({ isDuplex: true }), english)).toEqual([
      'This voice looks most things up, which takes a moment.',
    ]);
    const basic = { simulated: false, basic: true, recording: false, monitored: false };
    expect(noticesOf(live({ notice: basic }), english)).toEqual([
      'A basic voice answers: say one thing at a time.',
    ]);
    expect(noticesOf(live({ notice: basic, floor: 'agent', agent: ANA }), english)).toEqual([]);
    expect(noticesOf(live(), english)).toEqual([]);
  });

  it('do not call the agent who has the call a listener, and do not deny that there are others', () => {
    const notice = { simulated: false, basic: false, recording: false, monitored: false };
    const agent = live({ floor: 'agent', agent: ANA, notice, isListenedTo: true });
    expect(noticesOf(agent, english)).toEqual(['Colleagues may listen to this call.']);
    expect(noticesOf(live({ notice, isListenedTo: true }), english)).toEqual([
      'A colleague is listening.',
    ]);
  });

  it('have a sentence for every end there is', () => {
    const spanish = wordsOf('es', es.call);
    const reasons = ['visitor', 'agent', 'limit', 'budget', 'idle', 'error'] as const;
    const troubles = ['denied', 'none', 'in_use', 'insecure', 'unsupported', 'failed'] as const;
    const codes = [
      'forbidden',
      'conflict',
      'usage_limit_exceeded',
      'rate_limited',
      'internal',
    ] as const;
    const ends = [
      ...reasons.map((reason) => ({ kind: 'ended', reason, seconds: 92 }) as const),
      ...troubles.map((trouble) => ({ kind: 'microphone', trouble }) as const),
      ...codes.map((code) => ({ kind: 'refused', code, details: {} }) as const),
      { kind: 'lost', seconds: 5 } as const,
    ];
    for (const words of [english, spanish]) {
      const sentences = ends.map((end) => endOf(end, words));
      expect(
        sentences.filter((sentence) => /[{}]/.test(sentence) || !sentence.includes(' ')),
      ).toEqual([]);
      expect(new Set(sentences).size).toBe(ends.length);
    }
    expect(endOf({ kind: 'ended', reason: 'visitor', seconds: 92 }, english)).toBe(
      'Call ended, 1:32',
    );
  });
});
