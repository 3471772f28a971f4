// What a visitor who waits for a person is told: who is there, how long it usually takes, or when somebody is back.

import type { Entry, State } from './wire.ts';

export interface WaitingFacts {
  /** How many people are there to answer. */
  online: number;
  /** Null while it is not known. */
  usual_wait_seconds: number | null;
  /** The visitor's place in line, from 1. */
  position: number;
  /** When the team is back; null where that is not known. */
  reopens_at: string | null;
}

/** Null unless the visitor waits and the hub says what for; numbers that cannot be are left out. */
export function waitingOf(state: State | null | undefined): WaitingFacts | null {
  if (state?.status !== 'waiting') return null;
  const { waiting } = state as { waiting?: Partial<WaitingFacts> | null };
  if (!waiting || typeof waiting.online !== 'number') return null;
  const { online, usual_wait_seconds, position, reopens_at } = waiting;
  return {
    online: Math.max(0, online),
    usual_wait_seconds:
      typeof usual_wait_seconds === 'number' && usual_wait_seconds >= 0 ? usual_wait_seconds : null,
    position: typeof position === 'number' && position >= 1 ? position : 0,
    reopens_at: typeof reopens_at === 'string' && Date.parse(reopens_at) > 0 ? reopens_at : null,
  };
}

/** The address that a text holds, as the hub finds it too: something before and after an @, with a dot behind it. */
export function emailIn(text: string): string | null {
  for (const word of text.split(/[\s,;<>()"]+/)) {
    const at = word.indexOf('@');
    const domain = word.slice(at + 1).replace(/\.+$/, '');
    const isAddress = at > 0 && !domain.includes('@') && domain.indexOf('.') > 0;
    if (isAddress) return word.slice(0, at + 1) + domain;
  }
  return null;
}

/** The address that was written last since a person was asked for. */
export function emailWritten(entries: readonly Entry[], visitor_id: string): string | null {
  const from = entries.findLastIndex((entry) => entry.event === 'handoff');
  const own = entries.slice(from + 1).filter((entry) => entry.author.id === visitor_id);
  for (const entry of own.toReversed()) {
    const email = entry.kind === 'message' ? emailIn(entry.content) : null;
    if (email) return email;
  }
  return null;
}
