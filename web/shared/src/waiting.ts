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

export interface Waiting extends WaitingFacts {
  /** Whether somebody can come now. */
  isSomebodyHere: boolean;
  /** Whether a message of the house says it in words already. */
  isTold: boolean;
}

/** Null unless the visitor waits and the hub says what for: in the state, or beside a notice since they wait. */
export function waitingOf(
  state: State | null | undefined,
  entries: readonly Entry[] = [],
): Waiting | null {
  if (state?.status !== 'waiting') return null;
  const own = readFacts((state as { waiting?: unknown }).waiting);
  if (own) return { ...own, isSomebodyHere: isHere(own), isTold: false };
  const notice = entries.findLast(
    ({ role, metadata, created_at }) =>
      role === 'system' && metadata.waiting && created_at >= state.responder.since,
  );
  const told = readFacts(notice?.metadata.waiting);
  return told && { ...told, isSomebodyHere: isHere(told), isTold: true };
}

/** Outside of the hours nobody comes, though an agent may have a page open. */
function isHere({ online, reopens_at }: WaitingFacts): boolean {
  return online > 0 && reopens_at === null;
}

/** Numbers that cannot be are left out. */
function readFacts(value: unknown): WaitingFacts | null {
  if (typeof value !== 'object' || value === null) return null;
  const { online, usual_wait_seconds, position, reopens_at } = value as Record<string, unknown>;
  if (typeof online !== 'number') return null;
  return {
    online: Math.max(0, online),
    usual_wait_seconds:
      typeof usual_wait_seconds === 'number' && usual_wait_seconds >= 0 ? usual_wait_seconds : null,
    position: typeof position === 'number' && position >= 1 ? position : 0,
    reopens_at: typeof reopens_at === 'string' && Date.parse(reopens_at) > 0 ? reopens_at : null,
  };
}
