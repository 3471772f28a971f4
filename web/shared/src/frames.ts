// Frames of the native transport, from text to something that can be acted on.

import type { HubEvents, WireError } from './wire.ts';

type EventFrame = {
  [E in keyof HubEvents]: { kind: 'event'; event: E; data: HubEvents[E] };
}[keyof HubEvents];

type Frame = EventFrame | { kind: 'answer'; id: number; data: unknown; error: WireError | null };

interface RawFrame {
  event?: unknown;
  ack?: unknown;
  data?: unknown;
  error?: WireError;
}

/** Null for what is not a frame; unknown events pass, and nobody listens to them. */
export function decodeFrame(text: unknown): Frame | null {
  if (typeof text !== 'string') return null;
  let raw: RawFrame | null;
  try {
    raw = JSON.parse(text) as RawFrame | null;
  } catch {
    return null;
  }
  if (typeof raw !== 'object' || raw === null) return null;
  if (typeof raw.ack === 'number') {
    return { kind: 'answer', id: raw.ack, data: raw.data, error: raw.error ?? null };
  }
  if (typeof raw.event !== 'string') return null;
  return { kind: 'event', event: raw.event, data: raw.data } as EventFrame;
}

/** The wait that a close asks for in its reason: bare milliseconds or `{"retry_after_ms":…}`. */
export function retryAfterOfClose(reason: string): number {
  const start = reason.search(/[0-9]/);
  if (start < 0) return 0;
  const waitMs = Number.parseInt(reason.slice(start, start + 9), 10);
  return Number.isFinite(waitMs) ? waitMs : 0;
}
