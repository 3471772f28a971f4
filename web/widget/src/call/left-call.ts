// A call that ran when the page before was left: found again, and ended by joining its connection for one word, without
// sound.

import { socketUrl } from '@switchboard/shared/browser/ports.ts';
import { VOICE_PROTOCOL } from '@switchboard/shared/voice/call-wire.ts';
import type { LeftCall } from '../calling.ts';
import type { Chat } from '../chat/chat.ts';
import { rejoinCall } from './ticket.ts';

/** For as long the hub keeps a lost leg. */
const REJOIN_MS = 30_000;
const WIRE_RATE = 24_000;

/** The call, and for how long it may still be joined; null where there is none. */
export function findLeft(text: string | null): { call: LeftCall; for_ms: number } | null {
  const call = readLeft(text);
  const forMs = call ? call.left_at_ms + REJOIN_MS - Date.now() : 0;
  return call && forMs > 0 ? { call, for_ms: forMs } : null;
}

function readLeft(text: string | null): LeftCall | null {
  if (text === null) return null;
  try {
    const { call_id, left_at_ms, started_at_ms } = (JSON.parse(text) ?? {}) as LeftCall;
    return typeof call_id === 'string' && left_at_ms > 0 && started_at_ms > 0
      ? { call_id, left_at_ms, started_at_ms }
      : null;
  } catch {
    return null;
  }
}

export async function hangUp(chat: Chat, hubUrl: string, callId: string): Promise<void> {
  const { ticket } = await rejoinCall(chat, callId);
  const socket = new WebSocket(`${socketUrl(hubUrl)}/voice`, VOICE_PROTOCOL);
  const say = (event: string, data: object) => socket.send(JSON.stringify({ event, data }));
  socket.onopen = () => say('hello', { ticket, rate: WIRE_RATE, codecs: [0] });
  socket.onmessage = ({ data }) => {
    if (typeof data !== 'string' || (JSON.parse(data) as { event?: string }).event !== 'ready')
      return;
    say('hangup', {});
    socket.close();
  };
}
