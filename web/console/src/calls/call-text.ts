// What a call says of itself to an agent, in words: which sentence stands for which state.

import type { CallView } from '@switchboard/shared/voice/call-view.ts';
import type { Call, WireError } from '@switchboard/shared/wire.ts';
import { formatDuration } from '../app/format.ts';
import type { CallWordKey, CallWords } from './call-words.ts';
import type { MicrophoneState } from './open-call.ts';

/** Whether this agent has the call, or has put it on hold. */
export function isHeldBy({ floor, agent, phase }: CallView, me: string): boolean {
  if (phase === 'ended' || agent?.id !== me) return false;
  return floor === 'taking' || floor === 'agent' || floor === 'hold';
}

/** Who has a running call, short enough for a row. */
export function floorText({ floor, agent }: Call, me: string, words: CallWords): string {
  if (floor === 'hold' || floor === 'releasing') return words.t(`floor.${floor}`);
  if (!agent || floor === 'assistant' || floor === null) return words.t('floor.assistant');
  if (floor === 'taking') return words.t('floor.taking', { name: agent.name });
  return agent.id === me ? words.t('floor.you') : words.t('floor.agent', { name: agent.name });
}

interface Standing {
  view: CallView;
  me: string;
  visitor: string;
  microphone: MicrophoneState;
}

/** The one line of a joined call; it is announced too, so it does not change with every turn. */
export function standingText(
  { view, me, visitor, microphone }: Standing,
  words: CallWords,
): string {
  const name = visitor;
  if (view.phase === 'reconnecting') return words.t('state.reconnecting');
  if (view.phase === 'ended') return words.t('state.ended', { time: secondsOf(view) });
  if (view.phase !== 'live') return words.t('state.loading');
  if (microphone === 'asking') return words.t('state.microphone');
  const isMine = view.agent?.id === me;
  switch (view.floor) {
    case 'assistant':
      // The microphone is open before the hub has given the call.
      return words.t(microphone === 'open' ? 'state.taking' : 'state.listening');
    case 'taking':
      return isMine
        ? words.t('state.taking')
        : words.t('state.takingOther', { name: view.agent?.name ?? '' });
    case 'agent':
      if (!isMine) return words.t('state.agent', { name: view.agent?.name ?? '' });
      return words.t(view.isMuted ? 'state.muted' : 'state.mine', { name });
    case 'hold':
      return words.t(isMine && microphone === 'closed' ? 'state.holdText' : 'state.hold', { name });
    case 'releasing':
      return words.t('state.releasing');
  }
}

/** What a call says that is not joined. */
export function runningText(call: Call, me: string, words: CallWords): string {
  const { name } = call.visitor;
  const agent = call.agent?.name ?? '';
  switch (call.floor) {
    case 'hold':
      return words.t(call.agent?.id === me ? 'state.holdText' : 'state.hold', { name });
    case 'taking':
      return words.t('state.takingOther', { name: agent });
    case 'agent':
      return call.agent?.id === me
        ? words.t('state.mine', { name })
        : words.t('state.agent', { name: agent });
    case 'releasing':
      return words.t('state.releasing');
    default:
      return words.t('state.running', { name });
  }
}

/** Why this agent is out of the call, where the log does not say it. */
export function outText({ end }: CallView, words: CallWords): string | null {
  if (!end || end.kind === 'ended') return null;
  if (end.kind === 'lost') return words.t('ended.lost');
  if (end.kind === 'microphone') return words.t('ended.unsupported');
  return words.t(end.code === 'forbidden' ? 'ended.forbidden' : 'ended.refused');
}

const REFUSALS: Readonly<Record<string, CallWordKey>> = {
  already_taken: 'refusal.already_taken',
  not_holder: 'refusal.not_holder',
  conflict: 'refusal.conflict',
};
/** Said by the line of warnings already. */
const WARNINGS: readonly string[] = ['usage_limit_exceeded', 'provider_error', 'unavailable'];

export function refusalText(refusal: WireError | null, words: CallWords): string | null {
  if (!refusal || WARNINGS.includes(refusal.code)) return null;
  return words.t(REFUSALS[refusal.code] ?? 'refusal.other');
}

/** What is to be known besides, each a sentence. */
export function warningsOf(
  { link, warning, notice, phase, isDuplex }: CallView,
  words: CallWords,
): string[] {
  if (phase !== 'live' && phase !== 'reconnecting') return [];
  const keys: (CallWordKey | null)[] = [
    link === 'ok' ? null : `link.${link}`,
    warning === null ? null : warning === 'usage_limit_exceeded' ? 'warning.limit' : 'warning',
    notice.simulated ? 'simulated.text' : null,
    notice.basic ? 'basic.text' : null,
    isDuplex ? 'duplex.text' : null,
  ];
  return keys.filter((key) => key !== null).map((key) => words.t(key));
}

/** Null while the microphone is simply open, closed or being asked for. */
export function microphoneText(state: MicrophoneState, words: CallWords): string | null {
  return state === 'open' || state === 'closed' || state === 'asking'
    ? null
    : words.t(`microphone.${state}`);
}

function secondsOf({ end }: CallView): string {
  return formatDuration(end && 'seconds' in end ? end.seconds : 0);
}
