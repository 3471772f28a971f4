// Earlier conversations of the visitor: a list, and each to be read.

import { Failure } from '@switchboard/shared/errors.ts';
import { markdownToText } from '@switchboard/shared/markdown.ts';
import type { Room } from '@switchboard/shared/room.ts';
import type { OwnConversation } from '@switchboard/shared/wire.ts';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import { Icon } from '../view/icons.tsx';
import { formatDay, formatTime } from '../view/format.ts';
import { Log } from '../view/log.tsx';
import type { Words } from '../words.ts';

const BACK = 'M14 6l-6 6 6 6';

interface PastProps {
  stage: Stage;
  onBack: () => void;
  words: Words;
}

export function Past({ stage, onBack, words }: PastProps) {
  const { chat } = stage;
  const ref = useRef<HTMLButtonElement>(null);
  const [room, setRoom] = useState<Room | null>(null);
  const list = usePast(stage);
  useLayoutEffect(() => ref.current?.focus(), [room]);
  useEffect(() => {
    const read = () => {
      const { phase, entries } = room?.view.get() ?? {};
      if (phase === 'live') room?.markRead(entries?.at(-1)?.seq ?? 0);
    };
    const stop = room?.view.subscribe(read);
    return () => {
      stop?.();
      room?.close();
    };
  }, [room]);
  const open = (id: string) => {
    // The one that goes on is where one came from.
    if (chat.state.get().room?.id === id) onBack();
    else setRoom(chat.read(id));
  };
  return (
    <>
      <div class="past-head">
        <button
          ref={ref}
          type="button"
          class="chip"
          onClick={() => (room ? setRoom(null) : onBack())}
        >
          <Icon path={BACK} size={16} />
          {words.t('past.back')}
        </button>
        <h3>{words.t('past.open')}</h3>
      </div>
      {room ? (
        <Log stage={stage} room={room} isPast words={words} />
      ) : (
        <List list={list} onOpen={open} words={words} />
      )}
    </>
  );
}

interface Listed {
  items: readonly OwnConversation[] | null;
  hasFailed: boolean;
  /** Null where there are no more. */
  more: (() => void) | null;
  again: () => void;
}

function usePast({ chat }: Stage): Listed {
  const [items, setItems] = useState<readonly OwnConversation[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const load = (after: string | null) => {
    setFailed(false);
    const query = after ? `limit=20&cursor=${encodeURIComponent(after)}` : 'limit=20';
    chat.rest.get<'/widget/conversations'>(`/widget/conversations?${query}`).then(
      (page) => {
        setItems((known) => [...(known ?? []), ...page.items]);
        setCursor(page.next_cursor);
      },
      (error: unknown) => {
        // An older hub keeps no list.
        if (error instanceof Failure && error.code === 'not_found') setItems([]);
        else setFailed(true);
      },
    );
  };
  useEffect(() => load(null), []);
  return { items, hasFailed, more: cursor ? () => load(cursor) : null, again: () => load(cursor) };
}

interface ListProps {
  list: Listed;
  onOpen: (id: string) => void;
  words: Words;
}

function List({ list, onOpen, words }: ListProps) {
  const { items, hasFailed, more, again } = list;
  return (
    <div class="past">
      {items?.length === 0 ? <p class="loading">{words.t('past.none')}</p> : null}
      <ul>
        {items?.map((it) => (
          <li key={it.id}>
            <button type="button" onClick={() => onOpen(it.id)}>
              <PastRow conversation={it} words={words} />
            </button>
          </li>
        ))}
      </ul>
      {hasFailed ? (
        <p class="loading" role="alert">
          {words.t('part.failed')}{' '}
          <button type="button" class="link" onClick={again}>
            {words.t('log.retry')}
          </button>
        </p>
      ) : null}
      {more && !hasFailed ? (
        <button type="button" class="chip" onClick={more}>
          {words.t('past.more')}
        </button>
      ) : null}
      {items === null && !hasFailed ? <p class="loading">{words.t('log.loading')}</p> : null}
    </div>
  );
}

function PastRow({ conversation, words }: { conversation: OwnConversation; words: Words }) {
  const { last_message, created_at, unread, state } = conversation;
  const at = Date.parse(created_at);
  const preview = markdownToText(last_message?.preview ?? '');
  return (
    <>
      <span class="past-line">
        <b>{formatDay(at, Date.now(), words)}</b>
        <span>{formatTime(at, words.locale)}</span>
        {state.status === 'closed' ? <span>· {words.t('status.closed')}</span> : null}
        {unread > 0 ? <b class="unread">{unread}</b> : null}
      </span>
      <span class="past-text" dir="auto">
        {last_message?.role === 'visitor' ? words.t('past.you', { text: preview }) : preview}
      </span>
    </>
  );
}
