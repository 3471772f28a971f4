// The conversation: days, events, bubbles, and who is typing. Stays at the newest unless scrolled away.

import type { PictureFiles } from '@switchboard/shared/browser/picture-files.ts';
import { findChoices, interruptionOf, pickedChoices } from '@switchboard/shared/entry-facts.ts';
import type { OutboxItem } from '@switchboard/shared/outbox.ts';
import type { Room, RoomView } from '@switchboard/shared/room.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import { useMemo, useState } from 'preact/hooks';
import type { CallObstacle } from '@switchboard/shared/browser/can-call.ts';
import type { OpenCall, Speaker } from '../calling.ts';
import type { Chat } from '../chat/chat.ts';
import type { PageMemory } from '../page-memory.ts';
import type { Words } from '../words.ts';
import { Group } from './bubbles.tsx';
import { formatDay, formatDuration } from './format.ts';
import { Icon } from './icons.tsx';
import { ReplyRow } from './reply-row.tsx';
import { buildRows, type Row } from './rows.ts';
import { useCell } from './use-cell.ts';
import { useStickyScroll } from './use-sticky-scroll.ts';
import { WaitingCard } from './waiting-card.tsx';
import { Welcome } from './welcome.tsx';

interface LogProps {
  chat: Chat;
  room: Room | null;
  items: readonly OutboxItem[];
  me: string;
  greeting: string;
  files: PictureFiles;
  call: OpenCall | null;
  /** Why there are no calls where there should be. */
  obstacle: CallObstacle | null;
  memory: PageMemory;
  words: Words;
}

/** What every row may need to know of the whole. */
export interface LogScene {
  chat: Chat;
  room: Room | null;
  files: PictureFiles;
  words: Words;
  /** The newest entry with choices, and whether one may be picked. */
  choices: { id: string; isOpen: boolean } | null;
  /** What was picked of an entry's choices, by its id. */
  picked: ReadonlyMap<string, string>;
  /** The entry that broke off and may be tried again. */
  retry_id: string | null;
}

export function Log(props: LogProps) {
  const { chat, room, items, me, greeting, files, call, obstacle, memory, words } = props;
  const view = room?.view.get() ?? null;
  const rows = useMemo(() => buildRows(view, items, me), [view, items, me]);
  const scroll = useStickyScroll(rows, room?.id ?? '', memory);
  const [hasFailed, setFailed] = useState(false);
  const loadOlder = () => {
    setFailed(false);
    const fetchOlder = async (before: number) => {
      const page = await chat.fetchOlder(before);
      scroll.notePlace();
      return page;
    };
    room?.loadOlder(fetchOlder).catch(() => setFailed(true));
  };
  const onScroll = () => {
    scroll.onScroll();
    if (view?.hasOlder && !hasFailed && scroll.isNearTop()) loadOlder();
  };
  const scene = useMemo(
    () => ({ chat, room, files, words, ...offersOf(view, items) }),
    [chat, room, files, words, view, items],
  );
  const last = rows.at(-1);
  return (
    <div class="log-frame">
      <div
        class="log"
        ref={scroll.ref}
        onScroll={onScroll}
        role="log"
        aria-live="polite"
        aria-label={words.t('log.label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard.
        tabIndex={0}
      >
        <div>
          {view?.hasOlder ? (
            <Older hasFailed={hasFailed} onRetry={loadOlder} words={words} />
          ) : (
            <Welcome
              chat={chat}
              greeting={greeting}
              hasBegun={rows.length > 0}
              obstacle={obstacle}
              words={words}
            />
          )}
          {room && view?.phase === 'joining' && view.entries.length === 0 ? (
            <p class="loading">{words.t('log.loading')}</p>
          ) : null}
          {rows.map((row) => (
            <LogRow key={row.key} row={row} scene={scene} />
          ))}
          {room ? (
            <ReplyRow
              room={room}
              assistant={chat.state.get().channel?.assistant ?? null}
              isContinued={last?.kind === 'group' && last.author?.kind === 'assistant'}
              hasRetry={scene.retry_id !== null}
              words={words}
            />
          ) : null}
          {call && room ? (
            <SpokenLines
              call={call}
              room={room}
              last={last}
              assistant={chat.state.get().channel?.assistant?.name ?? words.t('log.assistant')}
              words={words}
            />
          ) : null}
          {room ? <Typing room={room} words={words} /> : null}
          <WaitingCard chat={chat} view={view} words={words} />
        </div>
      </div>
      {scroll.isAway ? (
        <button type="button" class="newest" onClick={scroll.toBottom}>
          <Icon name="down" size={16} />
          {words.t('log.newest')}
        </button>
      ) : null}
    </div>
  );
}

interface SpokenProps {
  call: OpenCall;
  room: Room;
  /** The last row of what is written. */
  last: Row | undefined;
  assistant: string;
  words: Words;
}

/** What is being said in the call, but for what the log shows as being written already. */
function SpokenLines({ call, room, last, assistant, words }: SpokenProps) {
  const { current } = useCell(room.replies);
  const above = current ? { isMine: false, name: assistant } : speakerOf(last, assistant);
  return <call.Lines growing_id={current?.message_id ?? null} above={above} words={words} />;
}

function speakerOf(row: Row | undefined, assistant: string): Speaker | null {
  if (row?.kind !== 'group') return null;
  const { isMine, author } = row;
  return { isMine, name: author?.name || assistant };
}

function Older(props: { hasFailed: boolean; onRetry: () => void; words: Words }) {
  const { hasFailed, onRetry, words } = props;
  if (!hasFailed) return <p class="loading">{words.t('log.older')}</p>;
  return (
    <p class="loading">
      {words.t('log.olderFailed')}{' '}
      <button type="button" class="link" onClick={onRetry}>
        {words.t('log.retry')}
      </button>
    </p>
  );
}

/** What the log offers besides writing: picking an answer, or another try. */
function offersOf(
  view: RoomView | null,
  items: readonly OutboxItem[],
): Pick<LogScene, 'choices' | 'picked' | 'retry_id'> {
  const entries = view?.entries ?? [];
  const isOpen = view?.state?.status !== 'closed' && items.length === 0;
  const choices = findChoices(entries);
  const newest = entries.findLast((entry) => entry.kind === 'message');
  const canRetry =
    isOpen &&
    newest &&
    interruptionOf(newest) === 'error' &&
    view?.state?.responder.kind === 'assistant';
  return {
    choices: choices && { ...choices, isOpen: choices.isOpen && isOpen },
    picked: pickedChoices(entries),
    retry_id: canRetry ? newest.id : null,
  };
}

function LogRow({ row, scene }: { row: Row; scene: LogScene }) {
  const { words } = scene;
  if (row.kind === 'day') {
    return <p class="day">{formatDay(row.at_ms, Date.now(), words)}</p>;
  }
  if (row.kind === 'group') return <Group row={row} scene={scene} />;
  return <p class="event">{eventText(row, words)}</p>;
}

function eventText({ entry }: Extract<Row, { kind: 'event' }>, words: Words): string {
  const { name } = entry.author;
  switch (entry.event) {
    case 'handoff':
      return words.t(entry.author.kind === 'visitor' ? 'event.handoff' : 'event.handoff.byUs');
    case 'takeover':
      return words.t('event.takeover', { name });
    case 'release':
      return words.t('event.release', { name });
    case 'call_started':
      return words.t('event.callStarted');
    case 'call_ended':
      return callEndedText(entry, words);
    default:
      if (entry.metadata.by === 'visitor') return words.t('event.closed.visitor');
      return words.t(entry.metadata.by === 'idle' ? 'event.closed.idle' : 'event.closed');
  }
}

function callEndedText({ metadata }: Entry, words: Words): string {
  const seconds = typeof metadata.seconds === 'number' ? metadata.seconds : 0;
  const key = metadata.reason === 'error' ? 'event.callEnded.error' : 'event.callEnded';
  return words.t(key, { time: formatDuration(seconds) });
}

function Typing({ room, words }: { room: Room; words: Words }) {
  const typists = useCell(room.typing.typists);
  const typist = typists[0];
  if (!typist) return null;
  return (
    <p class="typing">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="hidden">{words.t('typing.agent', { name: typist.user.name })}</span>
    </p>
  );
}
