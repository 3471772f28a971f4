// What a call says of itself, in words: which sentence stands for which state.

import type { CallEnd, CallView } from '@switchboard/shared/voice/call-view.ts';
import { formatDuration } from '../view/format.ts';
import type { CallWordKey, CallWords } from './call-words.ts';

/** Who answers where no agent does. */
export interface Names {
  assistant: string;
}

/** The line that is shown: changes with every turn, so it is drawn and not announced. */
export function lineOf(view: CallView, names: Names, words: CallWords): string {
  const standing = standingOf(view, names, words);
  if (standing !== null) return standing;
  const name = names.assistant;
  switch (view.speaking) {
    case 'visitor':
      return words.t('state.listening');
    case 'assistant':
      return words.t('state.speaking', { name });
    default:
      return words.t('state.ready');
  }
}

/** The line that is announced: what a person who does not look must know, and not every turn. */
export function announcementOf(view: CallView, names: Names, words: CallWords): string {
  const standing =
    standingOf(view, names, words) ?? words.t('state.agent', { name: names.assistant });
  return [standing, ...noticesOf(view, words)].join(' ');
}

/** What is to be known besides, each a sentence. */
export function noticesOf(
  { phase, floor, isListenedTo, isDuplex, notice, warning }: CallView,
  words: CallWords,
): string[] {
  if (phase !== 'live' && phase !== 'reconnecting') return [];
  // Whoever has the call hears it too, and says so; whether others do is not known then.
  const mayListen = notice.monitored || isListenedTo;
  const isListening = isListenedTo && floor === 'assistant';
  const keys: (CallWordKey | null)[] = [
    notice.simulated ? 'notice.simulated' : null,
    notice.basic && floor === 'assistant' ? 'notice.basic' : null,
    isDuplex && floor === 'assistant' ? 'notice.duplex' : null,
    notice.recording ? 'notice.recording' : null,
    isListening ? 'notice.listening' : mayListen ? 'notice.monitored' : null,
    warningOf(warning),
  ];
  return keys.filter((key) => key !== null).map((key) => words.t(key));
}

export function endOf(end: CallEnd, words: CallWords): string {
  switch (end.kind) {
    case 'ended': {
      const key = end.reason === 'visitor' ? 'ended' : (`ended.${end.reason}` as const);
      return words.t(key, { time: formatDuration(end.seconds) });
    }
    case 'lost':
      return words.t('ended.lost');
    case 'microphone':
      return words.t(`microphone.${end.trouble}`);
    case 'refused':
      return words.t(refusalOf(end.code));
  }
}

/** Null while nothing but the turns is worth a word. */
function standingOf(view: CallView, names: Names, words: CallWords): string | null {
  const name = view.agent?.name ?? words.t('colleague');
  const { assistant } = names;
  switch (view.phase) {
    case 'idle':
    case 'microphone':
      return words.t('state.microphone');
    case 'connecting':
      return words.t('state.connecting');
    case 'reconnecting':
      return words.t('state.reconnecting');
    case 'ended':
      return view.end ? endOf(view.end, words) : '';
    case 'live':
      break;
  }
  if (view.floor === 'hold') return words.t('state.hold');
  if (view.isMuted) return words.t('state.muted');
  if (view.floor === 'taking') return words.t('state.taking', { name });
  if (view.floor === 'agent') return words.t('state.agent', { name });
  if (view.floor === 'releasing') return words.t('state.releasing', { name: assistant });
  if (view.link === 'reconnecting' && !view.wasLinked) return words.t('state.connecting');
  return view.link === 'ok' ? null : words.t(`link.${view.link}`, { name: assistant });
}

function warningOf(code: string | null): CallWordKey | null {
  if (code === null) return null;
  return code === 'usage_limit_exceeded' ? 'warning.limit' : 'warning';
}

function refusalOf(code: string): CallWordKey {
  switch (code) {
    case 'forbidden':
      return 'refused.forbidden';
    case 'usage_limit_exceeded':
      return 'refused.limit';
    case 'conflict':
      return 'refused.conflict';
    case 'rate_limited':
      return 'refused.often';
    default:
      return 'refused.other';
  }
}
