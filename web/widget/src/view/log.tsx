// The conversation: days, events, bubbles, and who is typing. Stays at the newest unless scrolled away.

import { findChoices, interruptionOf, pickedChoices } from '@switchboard/shared/entry-facts.ts';
import type { OutboxItem } from '@switchboard/shared/outbox.ts';
import type { Room, RoomView } from '@switchboard/shared/room.ts';
import { waitingOf } from '@switchboard/shared/waiting.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { OpenCall, Speaker } from '../calling.ts';
import { type Part, usePart } from '../parts.ts';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { Group } from './bubbles.tsx';
import { AgentFace } from './face.tsx';
import { formatDay, formatDuration } from './format.ts';
import { Icon } from './icons.tsx';
import { buildRows, type Row } from './rows.ts';
import { useCell } from './use-cell.ts';
import { useRoomView } from './use-room-view.ts';
import { useStickyScroll } from './use-sticky-scroll.ts';
import { Welcome } from './welcome.tsx';

interface LogProps {
  stage: Stage;
  room: Room | null;
  /** Whether it is only read: nothing is picked or rated in it. */
  isPast?: boolean;
  /** The way to a form for a message; null where there is none. */
  onLeaveMessage?: (() => void) | null;
  words: Words;
}

/** What every row may need to know of the whole. */
export interface LogScene {
  stage: Stage;
  room: Room | null;
  words: Words;
  /** The newest entry with choices, and whether one may be picked. */
  choices: { id: string; isOpen: boolean } | null;
  /** What was picked of an entry's choices, by its id. */
  picked: ReadonlyMap<string, string>;
  /** The entry that broke off and may be tried again. */
  retry_id: string | null;
  /** What the visitor thinks of answers, by their ids; null where they are not asked. */
  votes: ReadonlyMap<string, number> | null;
  /** Null until it is loaded. */
  answers: Part<'answers'> | null;
}

export function Log(props: LogProps) {
  const { stage, room, isPast = false, onLeaveMessage = null, words } = props;
  const { chat, calling, memory } = stage;
  const { visitor, channel } = useCell(chat.state);
  const view = useRoomView(room);
  const all = useCell(chat.outbox.items);
  const calls = useCell(calling.state);
  const call = calls.kind === 'open' && !isPast ? calls.call : null;
  const me = visitor?.id ?? '';
  const items = useMemo(
    () => (isPast ? [] : all.filter((it) => it.session_id === null || it.session_id === room?.id)),
    [all, room, isPast],
  );
  const news = useNewsLine(room, view, me);
  const rows = useMemo(() => buildRows(view, items, me, news), [view, items, me, news]);
  const scroll = useStickyScroll(rows, room?.id ?? '', memory);
  const isWaiting = !isPast && waitingOf(view?.state, view?.entries) !== null;
  const waiting = usePart(stage, isWaiting ? 'waiting' : null);
  const [hasFailed, setFailed] = useState(false);
  const loadOlder = () => {
    setFailed(false);
    const fetchOlder = async (before: number) => {
      const page = await chat.fetchOlder(room?.id ?? '', before);
      scroll.notePlace();
      return page;
    };
    room?.loadOlder(fetchOlder).catch(() => setFailed(true));
  };
  const onScroll = () => {
    scroll.onScroll();
    if (view?.hasOlder && !hasFailed && scroll.isNearTop()) loadOlder();
  };
  // It is on its way while the visitor's first words are.
  const hasBegun = room !== null || items.length > 0;
  const part = usePart(stage, hasBegun ? 'answers' : null);
  const answers = part === 'failed' ? null : part;
  const asksVotes = channel?.ratings !== undefined && !isPast;
  const scene = useMemo(
    () => ({ stage, room, words, answers, ...offersOf(view, items, asksVotes, isPast) }),
    [stage, room, words, answers, view, items, asksVotes, isPast],
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
          ) : isPast ? null : (
            <Welcome
              stage={stage}
              hasBegun={rows.length > 0}
              onLeaveMessage={onLeaveMessage}
              words={words}
            />
          )}
          {room && view?.phase === 'joining' && view.entries.length === 0 ? (
            <p class="loading">{words.t('log.loading')}</p>
          ) : null}
          {rows.map((row) => (
            <LogRow key={row.key} row={row} scene={scene} />
          ))}
          {room && answers && !isPast ? (
            <answers.ReplyRow
              room={room}
              assistant={channel?.assistant ?? null}
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
              assistant={channel?.assistant?.name ?? words.t('log.assistant')}
              words={words}
            />
          ) : null}
          {room ? <Typing room={room} words={words} /> : null}
          {waiting && waiting !== 'failed' && view ? (
            <waiting.WaitingCard stage={stage} view={view} words={words} />
          ) : null}
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

/** Where what the visitor has not seen begins and ended when they came to look; null where they have seen all. */
export interface NewsLine {
  after: number;
  until: number;
}

/** Taken when the log is opened, and again when the page comes back into view. */
function useNewsLine(room: Room | null, view: RoomView | null, me: string): NewsLine | null {
  const line = useRef<(NewsLine & { room_id: string }) | null>(null);
  const [, redraw] = useState({});
  const last = view?.entries.at(-1)?.seq ?? 0;
  if (room && view?.phase === 'live' && line.current?.room_id !== room.id) {
    line.current = { room_id: room.id, after: view.read[me] ?? last, until: last };
  }
  useEffect(() => {
    let leftAt = last;
    const look = () => {
      const seq = room?.view.get().entries.at(-1)?.seq ?? 0;
      if (document.visibilityState === 'hidden') leftAt = seq;
      else if (room && seq > leftAt) {
        line.current = { room_id: room.id, after: leftAt, until: seq };
        redraw({});
      }
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [room]);
  return line.current?.room_id === room?.id ? line.current : null;
}

/** The last word about each answer counts. */
function votesOf(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const votes = new Map<string, number>();
  for (const { event, metadata } of entries) {
    if (event === 'message_rated') votes.set(String(metadata.message_id), Number(metadata.value));
  }
  return votes;
}

/** What the log offers besides writing: picking an answer, or another try. */
function offersOf(
  view: RoomView | null,
  items: readonly OutboxItem[],
  asksVotes: boolean,
  isPast: boolean,
): Pick<LogScene, 'choices' | 'picked' | 'retry_id' | 'votes'> {
  const entries = view?.entries ?? [];
  const isClosed = isPast || view?.state?.status === 'closed';
  const isOpen = !isClosed && items.length === 0;
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
    votes: asksVotes && !isClosed ? votesOf(entries) : null,
  };
}

function LogRow({ row, scene }: { row: Row; scene: LogScene }) {
  const { words } = scene;
  if (row.kind === 'day') {
    return <p class="day">{formatDay(row.at_ms, Date.now(), words)}</p>;
  }
  if (row.kind === 'group') return <Group row={row} scene={scene} />;
  if (row.kind === 'news') {
    return <p class="day news">{words.t('log.newest')}</p>;
  }
  const { event, author } = row.entry;
  return (
    <p class="event">
      {event === 'takeover' ? <AgentFace stage={scene.stage} agent={author} /> : null}
      {eventText(row, words)}
    </p>
  );
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
    case 'rated':
      return words.t('event.rated', { score: String(entry.metadata.score) });
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
