// What browser and hub say to one another during a call, beside the sound.

import type {
  VoiceDown,
  VoiceNotice,
  VoicePlayed,
  VoiceState,
  VoiceUpEvents,
} from '../wire.generated.ts';

/** The name of the protocol on the WebSocket. */
export const VOICE_PROTOCOL = 'switchboard.voice.v1';

export type CallState = VoiceState;
export type Floor = VoiceState['floor'];
export type LinkHealth = VoiceState['link'];
export type Played = VoicePlayed;
export type Hello = VoiceUpEvents['hello'];

/** What the hub says to a leg. */
export type CallEvents = { [E in VoiceDown as E['event']]: E['data'] };
export type Ready = CallEvents['ready'];
/** What the visitor is to be told before they speak. */
export type Notice = VoiceNotice;
/** For agents: what the call is about. */
export type Brief = CallEvents['brief'];
/** Words that an agent lets the assistant's voice say, and how far they are. */
export type Saying = CallEvents['say'];
export type Speaker = CallEvents['turn']['speaking'];
export type EndReason = CallEvents['ended']['reason'];
export type SpokenRole = CallEvents['item']['role'];

/** What a leg may say. */
export type ClientSays = VoiceUpEvents;
/** What the visitor's leg may say. */
export type VisitorSays = Pick<VoiceUpEvents, 'mute' | 'unmute' | 'hangup'>;
/** What an agent's leg may say besides. */
export type AgentSays = Pick<
  VoiceUpEvents,
  'listen' | 'whisper' | 'say' | 'take_back' | 'take' | 'give_back' | 'hold' | 'end'
>;

export type CallEvent = {
  [E in keyof CallEvents]: { event: E; n: number | null; data: CallEvents[E] };
}[keyof CallEvents];

/** Null for what is not a control frame; unknown events pass, and nobody listens to them. */
export function readControl(text: string): CallEvent | null {
  let raw: { event?: unknown; n?: unknown; data?: unknown } | null;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof raw !== 'object' || raw === null || typeof raw.event !== 'string') return null;
  const data = typeof raw.data === 'object' && raw.data !== null ? raw.data : {};
  return { event: raw.event, n: typeof raw.n === 'number' ? raw.n : null, data } as CallEvent;
}
