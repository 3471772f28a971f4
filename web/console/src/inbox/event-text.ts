// What an event of the log says in words.

import type { Entry } from '@switchboard/shared/wire.ts';
import { formatDuration, formatMoment } from '../app/format.ts';
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
      if (to && metadata.automatic === true) return words.t('event.assignedInTurn', { to });
      return to ? words.t('event.assigned', { name, to }) : words.t('event.unassigned', { name });
    }
    case 'closed':
      return closedText(metadata.by, name, words);
    case 'call_started':
      return words.t('event.callStarted', { name });
    case 'call_ended':
      return callEndedText(metadata, words);
    case 'reply_stopped':
      return replyStopped(metadata.reason, name, words);
    case 'snoozed':
      return typeof metadata.until === 'string'
        ? words.t('event.snoozed', { name, time: formatMoment(metadata.until, words.locale) })
        : words.t('event.woken');
    case 'mode':
      return modeText(metadata.mode, name, words);
    case 'rated':
      return ratedText(metadata, words);
    case 'message_rated':
      return words.t(messageRated(metadata.value));
    default:
      return words.t('event.other', { name, event: event ?? '' });
  }
}

function replyStopped(reason: unknown, name: string, words: Words): string {
  if (reason === 'no_approval') return words.t('event.replyStopped.nobody');
  return typeof reason === 'string'
    ? words.t('event.replyStopped.reason', { name, reason })
    : words.t('event.replyStopped', { name });
}

const MODES: Readonly<Record<string, WordKey>> = {
  automatic: 'mode.automatic',
  hold: 'mode.hold',
  approve: 'mode.approve',
};

function modeText(mode: unknown, name: string, words: Words): string {
  const word = typeof mode === 'string' ? MODES[mode] : undefined;
  return words.t('event.mode', { name, mode: words.t(word ?? 'mode.channel') });
}

function ratedText({ score, comment }: Entry['metadata'], words: Words): string {
  const count = typeof score === 'number' ? score : 0;
  return typeof comment === 'string'
    ? words.t('event.rated.comment', { score: count, comment })
    : words.t('event.rated', { score: count });
}

function messageRated(value: unknown): WordKey {
  if (value === 1) return 'event.messageRated.good';
  return value === -1 ? 'event.messageRated.bad' : 'event.messageRated.none';
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
