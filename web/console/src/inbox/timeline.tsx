// The log of a conversation with what is not in it yet: unsent replies, and who is typing what.

import {
  followBottom,
  notePlace,
  Pin,
  type Place,
  returnToPlace,
} from '@switchboard/shared/browser/hold-place.ts';
import type { Replies } from '@switchboard/shared/replies.ts';
import type { Room, RoomView } from '@switchboard/shared/room.ts';
import type { ConversationSummary, Entry } from '@switchboard/shared/wire.ts';
import { Link } from '@tanstack/react-router';
import { ArrowDown } from 'lucide-react';
import {
  type ReactNode,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { formatDay } from '../app/format.ts';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/states.tsx';
import { EntryRow } from './entry-row.tsx';
import { HeldRows } from './held-row.tsx';
import { ReplyRow } from './reply-row.tsx';
import { OutboxRow } from './outbox-row.tsx';
import { TypingRow } from './typing-row.tsx';
import { useJump } from './use-jump.ts';
import type { Supervised } from './use-supervised.ts';

const NEAR_BOTTOM_PX = 120;

interface TimelineProps {
  conversation: ConversationSummary;
  room: Room | null;
  view: RoomView | null;
  /** The reply that the visitor has not seen. */
  reply: Supervised | null;
  isCalling: boolean;
  /** What is being said right now, if anything is. */
  children?: ReactNode;
}

export function Timeline({ conversation, room, view, reply, isCalling, children }: TimelineProps) {
  const words = useWords();
  const live = useLive();
  const items = useCell(live.outbox.items).filter((it) => it.session_id === conversation.id);
  const heldCount = useCell(live.held.items).filter(
    (it) => it.session_id === conversation.id,
  ).length;
  const scroll = useStickyScroll(view?.entries ?? [], items.length + heldCount);
  const marked = useJump({ room, view, log: scroll.ref, onArrive: scroll.leave });
  if (!room || !view || (view.phase === 'joining' && view.entries.length === 0)) {
    return (
      <div className="flex-1">
        <Loading text={words.t('conversation.loading')} />
      </div>
    );
  }
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={scroll.ref}
        onScroll={scroll.onScroll}
        role="log"
        aria-label={words.t('conversation.log')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard.
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto px-3 py-4 outline-offset-[-3px] md:px-5"
      >
        <div ref={scroll.contentRef}>
          <Beginning
            room={room}
            view={view}
            previous={conversation.previous_id}
            onPage={scroll.notePlace}
          />
          <Entries room={room} view={view} visitor_id={conversation.visitor.id} marked={marked} />
          {items.map((item) => (
            <OutboxRow key={item.client_message_id} item={item} />
          ))}
          <HeldRows session_id={conversation.id} />
          <ReplyRow room={room} supervised={reply} isCalling={isCalling} />
          {children}
        </div>
      </div>
      {/* Outside of the log: readers of the screen are told messages, not letters. */}
      <TypingRow room={room} />
      {scroll.isAway ? (
        <Button
          isSmall
          onClick={scroll.toBottom}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-lg"
        >
          <ArrowDown size={15} />
          {words.t('conversation.newest')}
        </Button>
      ) : null}
    </div>
  );
}

interface EntriesProps {
  room: Room;
  view: RoomView;
  visitor_id: string;
  /** The `seq` of the entry that a search leads to. */
  marked: number | null;
}

function Entries({ room, view, visitor_id, marked }: EntriesProps) {
  const usage = useUsage(room);
  return view.entries.map((entry, index) => (
    <Dated key={entry.id} entry={entry} before={view.entries[index - 1]}>
      <EntryRow
        isMarked={entry.seq === marked}
        entry={entry}
        before={view.entries[index - 1] ?? null}
        after={view.entries[index + 1] ?? null}
        view={view}
        visitor_id={visitor_id}
        usage={usage[entry.id] ?? null}
      />
    </Dated>
  ));
}

/** What replies used; drawn again when that changes, not with every piece of a reply. */
function useUsage(room: Room): Replies['usage'] {
  return useSyncExternalStore(room.replies.subscribe, () => room.replies.get().usage);
}

interface BeginningProps {
  room: Room;
  view: RoomView;
  /** The conversation that this one continues. */
  previous: string | null;
  onPage: () => void;
}

function Beginning({ room, view, previous, onPage }: BeginningProps) {
  const words = useWords();
  const [isLoading, setLoading] = useState(false);
  if (!view.hasOlder) {
    return (
      <p className="pb-2 text-center text-xs text-soft">
        {words.t('conversation.start')}
        {previous ? (
          <>
            {' · '}
            <Link to="/inbox/$id" params={{ id: previous }} className="text-accent hover:underline">
              {words.t('conversation.previous')}
            </Link>
          </>
        ) : null}
      </p>
    );
  }
  const load = () => {
    setLoading(true);
    room
      .loadOlder(async (before) => {
        const page = await api.entriesBefore(room.id, before);
        onPage();
        return page;
      })
      .catch(toastFailure(words))
      .finally(() => setLoading(false));
  };
  return (
    <p className="pb-2 text-center">
      <Button isSmall disabled={isLoading} onClick={load}>
        {words.t('conversation.older')}
      </Button>
    </p>
  );
}

interface DatedProps {
  entry: Entry;
  before: Entry | undefined;
  children: ReactNode;
}

function Dated({ entry, before, children }: DatedProps) {
  const words = useWords();
  const isNewDay =
    !before ||
    new Date(before.created_at).toDateString() !== new Date(entry.created_at).toDateString();
  return (
    <>
      {isNewDay ? (
        <p className="my-3 flex items-center gap-3 text-xs font-medium text-soft before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
          {formatDay(entry.created_at, words)}
        </p>
      ) : null}
      {children}
    </>
  );
}

/** Keeps the newest in view unless the reader went up, and the reader's place when older ones come. */
function useStickyScroll(entries: readonly Entry[], unsentCount: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [pin] = useState(() => new Pin());
  const place = useRef<Place | null>(null);
  const [isAway, setAway] = useState(false);
  const toBottom = useCallback(() => {
    const log = ref.current;
    if (log) pin.toBottom(log);
    setAway(false);
  }, [pin]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when what is shown changes, though it only measures.
  useLayoutEffect(() => {
    const log = ref.current;
    if (!log) return;
    if (place.current) {
      returnToPlace(log, place.current);
      place.current = null;
    } else if (pin.isPinned) toBottom();
    else setAway(true);
  }, [entries, unsentCount, toBottom, pin]);
  const contentRef = useCallback(
    (content: HTMLDivElement | null) => {
      if (!content?.parentElement) return;
      return followBottom(content.parentElement, content, pin);
    },
    [pin],
  );
  const onScroll = () => {
    const log = ref.current;
    if (!log) return;
    pin.look(log, NEAR_BOTTOM_PX);
    if (pin.isPinned) setAway(false);
  };
  const noteNow = () => {
    place.current = notePlace(ref.current);
  };
  /** The reader is led elsewhere: the newest is not followed any more. */
  const leave = useCallback(() => {
    if (ref.current) pin.release(ref.current);
    setAway(true);
  }, [pin]);
  return { ref, contentRef, isAway, toBottom, onScroll, notePlace: noteNow, leave };
}
