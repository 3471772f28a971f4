import { type CallView, FIRST_VIEW } from '@switchboard/shared/voice/call-view.ts';
import { createTranslator } from '@switchboard/shared/i18n.ts';
import type { Call } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import {
  floorText,
  isHeldBy,
  microphoneText,
  outText,
  refusalText,
  runningText,
  standingText,
  warningsOf,
} from './call-text.ts';
import type { CallWordKey } from './call-words.ts';
import en from './locales/en.json';

const words = createTranslator<CallWordKey>('en', en, en);
const ANA = { id: 'ana', kind: 'agent', name: 'Ana' } as const;
const BEA = { id: 'bea', kind: 'agent', name: 'Bea' } as const;
const LIVE: CallView = { ...FIRST_VIEW, phase: 'live', call_id: 'call' };

function say(
  change: Partial<CallView>,
  microphone: Parameters<typeof standingText>[0]['microphone'] = 'closed',
) {
  const view = { ...LIVE, ...change };
  return standingText({ view, me: 'ana', visitor: 'Guest-12', microphone }, words);
}

const CALL = { floor: 'assistant', agent: null, visitor: { id: 'v', name: 'Guest-12' } } as Call;

describe('a joined call in words', () => {
  it('says that nobody hears who listens', () => {
    expect(say({})).toBe('You are listening. Nobody hears you.');
  });

  it('says that it is being taken as soon as the microphone is open', () => {
    expect(say({}, 'open')).toBe('You are taking the call…');
    expect(say({ floor: 'taking', agent: ANA }, 'open')).toBe('You are taking the call…');
  });

  it('tells my hold, a colleague’s call and my own mute apart', () => {
    expect(say({ floor: 'agent', agent: ANA }, 'open')).toBe('Guest-12 hears you');
    expect(say({ floor: 'agent', agent: ANA, isMuted: true }, 'open')).toContain('You are muted');
    expect(say({ floor: 'agent', agent: BEA })).toBe('Bea has the call');
    expect(say({ floor: 'hold', agent: ANA }, 'open')).toBe('Guest-12 waits on hold');
  });

  it('warns who answered in writing that the call ends unless they take it', () => {
    expect(say({ floor: 'hold', agent: ANA })).toContain('or it ends soon');
    expect(runningText({ ...CALL, floor: 'hold', agent: ANA }, 'ana', words)).toContain(
      'ends soon',
    );
    expect(runningText({ ...CALL, floor: 'hold', agent: ANA }, 'bea', words)).toBe(
      'Guest-12 waits on hold',
    );
  });

  it('asks for the microphone before anything else, but not over a lost connection', () => {
    expect(say({}, 'asking')).toContain('Allow the microphone');
    expect(say({ phase: 'reconnecting' }, 'asking')).toContain('Reconnecting');
  });

  it('is held from the taking to the giving back, and not after its end', () => {
    expect(isHeldBy({ ...LIVE, floor: 'taking', agent: ANA }, 'ana')).toBe(true);
    expect(isHeldBy({ ...LIVE, floor: 'hold', agent: ANA }, 'ana')).toBe(true);
    expect(isHeldBy({ ...LIVE, floor: 'releasing', agent: ANA }, 'ana')).toBe(false);
    expect(isHeldBy({ ...LIVE, floor: 'agent', agent: BEA }, 'ana')).toBe(false);
    expect(isHeldBy({ ...LIVE, phase: 'ended', floor: 'agent', agent: ANA }, 'ana')).toBe(false);
  });

  it('says why the agent is out only where the log does not', () => {
    const end = { kind: 'ended', reason: 'visitor', seconds: 3 } as const;
    expect(outText({ ...LIVE, phase: 'ended', end }, words)).toBeNull();
    expect(outText({ ...LIVE, end: { kind: 'lost', seconds: 3 } }, words)).toContain('too long');
    expect(
      outText({ ...LIVE, end: { kind: 'refused', code: 'not_found', details: {} } }, words),
    ).toContain('may be over');
  });

  it('names each trouble once', () => {
    const limit = { code: 'usage_limit_exceeded', message: '', retry: false } as const;
    expect(refusalText(limit, words)).toBeNull();
    expect(warningsOf({ ...LIVE, warning: limit.code }, words)).toEqual([
      'The limit for voice calls is nearly used up.',
    ]);
    expect(refusalText({ ...limit, code: 'already_taken' }, words)).toContain('colleague');
    expect(microphoneText('denied', words)).toContain('blocked');
    expect(microphoneText('open', words)).toBeNull();
  });
});

describe('a row of a running call', () => {
  it('says who has it', () => {
    expect(floorText(CALL, 'ana', words)).toBe('Assistant');
    expect(floorText({ ...CALL, floor: 'agent', agent: ANA }, 'ana', words)).toBe('You');
    expect(floorText({ ...CALL, floor: 'agent', agent: BEA }, 'ana', words)).toBe('Bea');
    expect(floorText({ ...CALL, floor: 'taking', agent: BEA }, 'ana', words)).toBe(
      'Bea is taking it',
    );
    expect(floorText({ ...CALL, floor: 'hold', agent: BEA }, 'ana', words)).toBe('On hold');
  });
});
