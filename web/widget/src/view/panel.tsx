// The open chat: header, banner, log, and either the composer or what comes after the end.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Calling } from '../calling.ts';
import type { Chat } from '../chat/chat.ts';
import type { PageMemory } from '../page-memory.ts';
import type { Words } from '../words.ts';
import { Banner } from './banner.tsx';
import { CallPlace } from './call-place.tsx';
import { Composer } from './composer.tsx';
import { usePictures } from './use-pictures.ts';
import { EndDialog } from './end-dialog.tsx';
import { Ended } from './ended.tsx';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import { PersonButton } from './person-button.tsx';
import { useCell } from './use-cell.ts';
import { useRoomView } from './use-room-view.ts';

interface PanelProps {
  chat: Chat;
  calling: Calling;
  greeting: string | null;
  memory: PageMemory;
  onClose: () => void;
  words: Words;
}

/** Until the hub says its own. */
const MAX_CHARS = 1_000;

export function Panel({ chat, calling, greeting, memory, onClose, words }: PanelProps) {
  const { phase, channel, visitor, room } = useCell(chat.state);
  const view = useRoomView(room);
  const items = useCell(chat.outbox.items);
  useCell(chat.connection.state);
  const call = useCell(calling.state);
  const [isEnding, setEnding] = useState(false);
  const pictures = usePictures(chat);
  const isClosed = view?.state?.status === 'closed';
  const canCall =
    phase === 'ready' &&
    channel?.voice_enabled === true &&
    calling.obstacle === null &&
    call.kind === 'none' &&
    !isClosed;
  const wasClosed = useRef(false);
  useEffect(() => {
    wasClosed.current = isClosed;
  }, [isClosed]);
  const waiting = items.filter((item) => item.session_id === null || item.session_id === room?.id);
  const end = () => {
    setEnding(false);
    calling.hangUp();
    // The log shows the end when it comes; a lost connection shows in the banner.
    chat.end().catch(() => {});
  };
  return (
    <>
      <Header
        title={channel?.name ?? words.t('panel.label')}
        assistant={channel?.assistant ?? null}
        view={view}
        onCall={canCall ? () => calling.start() : null}
        onEnd={view?.state != null && !isClosed ? () => setEnding(true) : null}
        onClose={onClose}
        words={words}
      />
      <Banner chat={chat} words={words} />
      <CallPlace calling={calling} state={call} words={words} />
      <Log
        chat={chat}
        room={room}
        items={waiting}
        me={visitor?.id ?? ''}
        greeting={greeting ?? channel?.greeting ?? words.t('greeting.default')}
        files={pictures.files}
        call={call.kind === 'open' ? call.call : null}
        obstacle={channel?.voice_enabled ? calling.obstacle : null}
        memory={memory}
        words={words}
      />
      {isClosed ? (
        <Ended chat={chat} words={words} />
      ) : (
        <>
          <PersonButton chat={chat} view={view} words={words} />
          <Composer
            max_chars={chat.connection.hello?.limits.message_chars ?? MAX_CHARS}
            draft_key={room?.id ?? ''}
            onWrite={(text) => room?.teller.write(text)}
            pictures={pictures}
            memory={memory}
            takesFocus={wasClosed.current}
            onSend={(text) => chat.send(text)}
            words={words}
          />
        </>
      )}
      {isEnding ? <EndDialog onEnd={end} onCancel={() => setEnding(false)} words={words} /> : null}
    </>
  );
}
