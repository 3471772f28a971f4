// What browser and hub say to one another during a call, beside the sound.

import type { User, WireError } from '../wire.ts';

/** The name of the protocol on the WebSocket. */
export const VOICE_PROTOCOL = 'switchboard.voice.v1';

export type Floor = 'assistant' | 'taking' | 'agent' | 'hold' | 'releasing';
export type LinkHealth = 'ok' | 'reconnecting' | 'degraded';
export type Speaker = 'visitor' | 'assistant' | 'agent' | 'none';
export type EndReason = 'visitor' | 'agent' | 'limit' | 'budget' | 'idle' | 'error';
export type SpokenRole = 'visitor' | 'assistant' | 'agent';

export interface CallState {
  floor: Floor;
  agent?: User | null;
  /** Whether a colleague hears the call. */
  listening: boolean;
  link: LinkHealth;
}

/** What the visitor is to be told before they speak. */
export interface Notice {
  recording: boolean;
  monitored: boolean;
  /** No real model is connected. */
  simulated: boolean;
}

export interface Ready {
  call_id: string;
  codec: number;
  frame_ms: number;
  resume_token: string;
  limits: { max_seconds: number; idle_seconds: number };
  notice: Notice;
  state: CallState;
}

/** For agents: what the call is about. */
export interface Brief {
  summary: string;
  sentiment: string | null;
  last_turns: { role: SpokenRole; text: string }[];
  cost: number;
}

export interface CallEvents {
  ready: Ready;
  state: CallState;
  item: { item: number; entry_id: string; role: SpokenRole };
  clear: { generation: number; fade_ms: number };
  turn: { speaking: Speaker };
  tool: { name: string; stage: 'running' | 'done' | 'failed' };
  /** `text` is all that is known of the utterance so far. */
  transcript: { entry_id: string; role: SpokenRole; text: string; final: boolean };
  ping: { id: number; time: number };
  pong: { id: number; time: number };
  error: WireError & { fatal: boolean };
  ended: { reason: EndReason; seconds: number };
  brief: Brief;
}

/** How far an utterance was played, as the hub is told. */
export interface Played {
  generation: number;
  item: number;
  samples: number;
  buffered_ms: number;
  underruns: number;
}

type Nothing = Record<string, never>;

/** What the visitor's leg may say. */
export interface VisitorSays {
  mute: Nothing;
  unmute: Nothing;
  hangup: Nothing;
}

/** What an agent's leg may say besides. */
export interface AgentSays {
  listen: Nothing;
  whisper: { text: string };
  say: { text: string };
  take: Nothing;
  give_back: { note?: string };
  hold: Nothing;
  end: Nothing;
}

export interface Hello {
  ticket?: string;
  rate: number;
  codecs: number[];
  resume?: {
    token: string;
    last_n: number;
    /** How far playback came meanwhile, so that nothing is heard twice. */
    played?: Played;
  };
}

export interface ClientSays extends VisitorSays, AgentSays {
  hello: Hello;
  played: Played;
  ping: { id: number; time: number };
  pong: { id: number; time: number };
}

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
