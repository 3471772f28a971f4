import { describe, expect, it } from 'vitest';
import { emailIn, emailWritten } from './email-written.ts';
import { waitingOf } from './waiting.ts';
import type { Entry, State } from './wire.ts';

const state = (status: string, waiting: unknown) => ({ status, waiting }) as unknown as State;

describe('waiting', () => {
  it('is told only to who waits, and only what the hub says', () => {
    const facts = { online: 2, usual_wait_seconds: 120, position: 3, reopens_at: null };

    const told = { ...facts, isSomebodyHere: true, isTold: false };
    expect(waitingOf(state('waiting', facts))).toEqual(told);
    for (const it of [state('open', facts), state('waiting', null), state('waiting', {}), null]) {
      expect(waitingOf(it)).toBeNull();
    }
  });

  it('leaves out what cannot be', () => {
    const odd = { online: -1, usual_wait_seconds: 'long', position: 0, reopens_at: 'soon' };

    expect(waitingOf(state('waiting', odd))).toEqual({
      online: 0,
      usual_wait_seconds: null,
      position: 0,
      reopens_at: null,
      isSomebodyHere: false,
      isTold: false,
    });
  });

  it('is read beside the notice of this wait, and of no earlier one', () => {
    const since = '2026-11-28T10:00:00.000Z';
    const waits = { status: 'waiting', responder: { kind: 'waiting', since } } as unknown as State;
    const waiting = { online: 1, usual_wait_seconds: null, position: 1, reopens_at: null };
    const notice = (createdAt: string, facts: object) =>
      ({
        role: 'system',
        created_at: createdAt,
        metadata: { notice: 'asked', waiting: facts },
      }) as unknown as Entry;
    const earlier = notice('2026-11-28T09:00:00.000Z', waiting);
    const later = notice('2026-11-28T10:00:00.100Z', { ...waiting, online: 0 });

    expect(waitingOf(waits, [earlier])).toBeNull();
    expect(waitingOf(waits, [earlier, later])).toMatchObject({
      isSomebodyHere: false,
      isTold: true,
    });
  });

  it('is for nobody outside of the hours, whoever has a page open', () => {
    const facts = { online: 3, position: 1, reopens_at: '2026-11-30T09:00:00.000Z' };

    expect(waitingOf(state('waiting', facts))).toMatchObject({ isSomebodyHere: false });
  });

  it.each([
    ['ana@example.com', 'ana@example.com'],
    ['it is <bo.b+x@mail.example.org>, thanks.', 'bo.b+x@mail.example.org'],
    ['jörg@bücher.example', 'jörg@bücher.example'],
    ['write to eva@example.com.', 'eva@example.com'],
    ['at 5 @ the shop', null],
    ['@home', null],
    ['a@b', null],
  ])('finds the address in "%s"', (text, email) => {
    expect(emailIn(text)).toBe(email);
  });

  it('takes the last address the visitor wrote since they asked for a person', () => {
    const entry = (author: string, content: string, event: string | null = null) =>
      ({ kind: event ? 'event' : 'message', event, content, author: { id: author } }) as Entry;
    const entries = [
      entry('v', 'old@example.com'),
      entry('v', '', 'handoff'),
      entry('v', 'first@example.com'),
      entry('a', 'agent@example.com'),
      entry('v', 'second@example.com please'),
      entry('v', 'thanks'),
    ];

    expect(emailWritten(entries, 'v')).toBe('second@example.com');
    expect(emailWritten(entries.slice(0, 2), 'v')).toBeNull();
  });
});
