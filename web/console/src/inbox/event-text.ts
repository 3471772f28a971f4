// What an event of the log says in words.

import type { Entry } from '@switchboard/shared/wire.ts';
import { formatDuration } from '../app/format.ts';
import type { WordKey, Words } from '../app/words.ts';

export function eventText({ event, author, metadata }: Entry, words: Words): string {
  const { name } = author;
  switch (event) {
    case 'handoff': {
      const asked = listOf(metadata.words);
      return asked
        ? words.t('event.handoff.words', { name, words: asked })
        : words.t('event.handoff', { name });
    }
    case 'takeover':
      return words.t('event.takeover', { name });
    case 'release':
      return words.t('event.release', { name });
    case 'assigned': {
      const to = nameOf(metadata.agent);
      return to ? words.t('event.assigned', { name, to }) : words.t('event.unassigned', { name });
    }
    case 'closed':
      return closedText(metadata.by, name, words);
    case 'call_started':
      return words.t('event.callStarted', { name });
    case 'call_ended':
      return callEndedText(metadata, words);
    default:
      return words.t('event.other', { name, event: event ?? '' });
  }
}

const CALL_ENDS: Readonly<Record<string, WordKey>> = {
  visitor: 'event.callEnded.visitor',
  agent: 'event.callEnded.agent',
  limit: 'event.callEnded.limit',
  budget: 'event.callEnded.budget',
  idle: 'event.callEnded.idle',
  error: 'event.callEnded.error',
};

function callEndedText({ seconds, reason }: Entry['metadata'], words: Words): string {
  const time = formatDuration(typeof seconds === 'number' ? seconds : 0);
  const word = typeof reason === 'string' ? CALL_ENDS[reason] : undefined;
  return words.t(word ?? 'event.callEnded', { time });
}

function closedText(by: unknown, name: string, words: Words): string {
  if (by === 'visitor') return words.t('event.closed.visitor');
  if (by === 'agent') return words.t('event.closed.agent', { name });
  return words.t(by === 'idle' ? 'event.closed.idle' : 'event.closed.system');
}

function nameOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('name' in value)) return null;
  return typeof value.name === 'string' ? value.name : null;
}

function listOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((it) => typeof it === 'string').join(', ') : '';
}
