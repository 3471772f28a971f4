// A call begins: client and sound are put together, and the views that draw them.

import { BrowserAudio } from '@switchboard/shared/browser/call-audio.ts';
import { browserClock, socketUrl, watchNetwork } from '@switchboard/shared/browser/ports.ts';
import { Cell } from '@switchboard/shared/cell.ts';
import type { Room } from '@switchboard/shared/room.ts';
import { CallClient } from '@switchboard/shared/voice/call-client.ts';
import type { CallSocket } from '@switchboard/shared/voice/call-ports.ts';
import type { Calling, LeftCall, OpenCall } from '../calling.ts';
import type { Chat } from '../chat/chat.ts';
import { addStyle } from '../parts.ts';
import type { Place } from '../stage.ts';
import callCss from './call.css?inline';
import { CallBar } from './call-bar.tsx';
import type { CallWords } from './call-words.ts';
import { LiveLines } from './live-lines.tsx';
import { askForCall, rejoinCall } from './ticket.ts';

export { followCall } from './follow-call.ts';

declare const WORKLET_FILE: string;

/** What the views of a call draw. */
export interface CallScene {
  client: CallClient;
  audio: BrowserAudio;
  calling: Calling;
  chat: Chat;
  /** Null until they are loaded. */
  callWords: Cell<CallWords | null>;
}

export function openCall(
  context: AudioContext,
  chat: Chat,
  frame: Place,
  calling: Calling,
  left: LeftCall | null,
): OpenCall {
  const audio = new BrowserAudio({
    context,
    worklet_url: `${frame.hub_url}${WORKLET_FILE}`,
    place: frame.root,
    clock: browserClock,
  });
  const client = new CallClient({
    side: 'visitor',
    me: () => chat.state.get().visitor?.id ?? null,
    url: `${socketUrl(frame.hub_url)}/voice`,
    askTicket: () => (left ? rejoinCall(chat, left.call_id) : askForCall(chat)),
    ...(left ? { started_at_ms: left.started_at_ms } : {}),
    openSocket: (url, protocol) => new WebSocket(url, protocol) as unknown as CallSocket,
    audio,
    clock: browserClock,
    random: Math.random,
  });
  const scene: CallScene = {
    client,
    audio,
    calling,
    chat,
    callWords: new Cell<CallWords | null>(null),
  };
  if (!styled.has(frame.root)) addStyle(frame.root, callCss);
  styled.add(frame.root);
  const stopWatching = watchNetwork(client);
  const stopSettling = settleLines(client, chat);
  void client.start();
  return {
    view: client.view,
    hangUp: () => client.hangUp(),
    release() {
      client.hangUp();
      audio.close();
      stopWatching();
      stopSettling();
    },
    Bar: ({ words }) => <CallBar scene={scene} words={words} />,
    Lines: (props) => <LiveLines scene={scene} {...props} />,
  };
}

/** A page that takes the chat away and loads it again has another root. */
const styled = new WeakSet<ShadowRoot>();

/** Live words go when their entries come, also those that come after the end. */
function settleLines(client: CallClient, chat: Chat): () => void {
  let room: Room | null = null;
  let stop = () => {};
  const look = () => {
    if (chat.state.get().room === room) return;
    stop();
    room = chat.state.get().room;
    if (!room) return;
    client.settle(room.view.get().entries);
    stop = room.view.subscribe((view) => client.settle(view.entries));
  };
  const stopLooking = chat.state.subscribe(look);
  look();
  return () => {
    stopLooking();
    stop();
  };
}
