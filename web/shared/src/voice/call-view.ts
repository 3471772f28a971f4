// What a view needs to draw a call.

import type { FailureCode } from '../errors.ts';
import type { User } from '../wire.ts';
import type { MicrophoneTrouble } from './call-ports.ts';
import type { EndReason, Floor, LinkHealth, Notice, Speaker } from './call-wire.ts';

/** How a call came to its end, or did not come about. */
export type CallEnd =
  | { kind: 'ended'; reason: EndReason; seconds: number }
  /** The connection was gone for too long. */
  | { kind: 'lost'; seconds: number }
  | { kind: 'microphone'; trouble: MicrophoneTrouble }
  | { kind: 'refused'; code: FailureCode; details: Record<string, unknown> };

export interface CallView {
  /** `microphone`: the browser may be asking the person. */
  phase: 'idle' | 'microphone' | 'connecting' | 'live' | 'reconnecting' | 'ended';
  call_id: string | null;
  started_at_ms: number | null;
  /** How long it may be; null until the hub says. */
  max_seconds: number | null;
  isMuted: boolean;
  floor: Floor;
  /** The agent who has the call. */
  agent: User | null;
  isListenedTo: boolean;
  /** The voice listens and speaks at once, and says things in its own way. */
  isDuplex: boolean;
  /** The hub's own way to the model. */
  link: LinkHealth;
  /** Whether the model was there once: before that it is not away, but coming. */
  wasLinked: boolean;
  speaking: Speaker;
  /** What the assistant is doing, in the visitor's words. */
  tool: string | null;
  notice: Notice;
  /** The code of an error worth a word. */
  warning: string | null;
  end: CallEnd | null;
}

export const FIRST_VIEW: CallView = {
  phase: 'idle',
  call_id: null,
  started_at_ms: null,
  max_seconds: null,
  isMuted: false,
  floor: 'assistant',
  agent: null,
  isListenedTo: false,
  isDuplex: false,
  link: 'ok',
  wasLinked: false,
  speaking: 'none',
  tool: null,
  notice: { recording: false, monitored: false, simulated: false, basic: false },
  warning: null,
  end: null,
};
