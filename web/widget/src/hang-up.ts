// Ends a call that this page is not in: joins its connection for one word, without sound.

import { VOICE_PROTOCOL } from '@switchboard/shared/voice/call-wire.ts';

const WIRE_RATE = 24_000;

export function hangUp(voiceUrl: string, ticket: string): void {
  const socket = new WebSocket(voiceUrl, VOICE_PROTOCOL);
  const say = (event: string, data: object) => socket.send(JSON.stringify({ event, data }));
  socket.onopen = () => say('hello', { ticket, rate: WIRE_RATE, codecs: [0] });
  socket.onmessage = ({ data }) => {
    if (typeof data !== 'string' || (JSON.parse(data) as { event?: string }).event !== 'ready')
      return;
    say('hangup', {});
    socket.close();
  };
}
