// The place in the log: the newest unless the reader went up, the same after older rows, another page or another body.

import {
  followBottom,
  goToPlace,
  notePlace,
  notePlaceInView,
  Pin,
  type Place,
  returnToPlace,
} from '@switchboard/shared/browser/hold-place.ts';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageMemory } from '../page-memory.ts';
import type { Row } from './rows.ts';

const NEAR_BOTTOM_PX = 80;
const NEAR_TOP_PX = 120;

/** Keeps the newest in view unless the reader went up, and the reader's place when older ones come. */
export function useStickyScroll(rows: readonly Row[], roomId: string, memory: PageMemory) {
  const ref = useRef<HTMLDivElement>(null);
  const [pin] = useState(() => new Pin());
  const place = useRef<Place | null>(null);
  const mine = useRef<string | null>(null);
  const [isAway, setAway] = useState(false);
  const toBottom = () => {
    const log = ref.current;
    if (log) pin.toBottom(log);
    setAway(false);
  };
  const kept = useRef<KeptPlace | null>(null);
  // Where nothing was said there is nowhere to go, and to look costs a whole layout.
  const isEmpty = rows.length === 0 && pin.isPinned;
  useLayoutEffect(() => {
    if (!isEmpty) toBottom();
    kept.current = readKept(memory, roomId);
  }, [roomId]);
  useLayoutEffect(() => keepPlace(ref, pin, memory, roomId), [roomId]);
  useLayoutEffect(() => {
    const log = ref.current;
    const content = log?.firstElementChild;
    if (!log || !(content instanceof HTMLElement)) return;
    return followBottom(log, content, pin);
  }, []);
  useLayoutEffect(() => {
    const log = ref.current;
    if (!log || isEmpty) return;
    // Unsent messages are shown before the log is here; the place is among what was said.
    const wanted = rows.some(isSaid) ? kept.current : null;
    // A row that is not there now must not draw the reader away when it is loaded later.
    if (wanted) kept.current = null;
    if (wanted && goToPlace(log, wanted)) {
      pin.release(log);
      setAway(true);
    } else if (place.current) {
      returnToPlace(log, place.current);
      place.current = null;
    } else if (pin.isPinned || newestOfMine(rows) !== mine.current) toBottom();
    else setAway(true);
    mine.current = newestOfMine(rows);
  }, [rows]);
  const onScroll = () => {
    const log = ref.current;
    if (!log) return;
    pin.look(log, NEAR_BOTTOM_PX);
    if (pin.isPinned) setAway(false);
  };
  const isNearTop = () => (ref.current?.scrollTop ?? NEAR_TOP_PX) < NEAR_TOP_PX;
  const noteNow = () => {
    place.current = notePlace(ref.current);
  };
  return { ref, isAway, toBottom, onScroll, isNearTop, notePlace: noteNow };
}

interface KeptPlace extends Place {
  room_id: string;
}

function readKept(memory: PageMemory, roomId: string): KeptPlace | null {
  try {
    const kept = JSON.parse(memory.get('scroll') ?? 'null') as KeptPlace | null;
    return kept?.room_id === roomId && typeof kept.key === 'string' ? kept : null;
  } catch {
    return null;
  }
}

/** Writes down where the reader is when the page is left, and goes back there when the page puts the chat into a new
 * body: an element that moves loses its scrolling. */
function keepPlace(
  ref: RefObject<HTMLElement | null>,
  pin: Pin,
  memory: PageMemory,
  roomId: string,
): () => void {
  const host = (ref.current?.getRootNode() as ShadowRoot | undefined)?.host;
  let topPx = 0;
  const note = () => {
    topPx = ref.current?.scrollTop ?? 0;
  };
  const leave = () => {
    const place = ref.current && !pin.isPinned ? notePlaceInView(ref.current) : null;
    memory.set('scroll', place && JSON.stringify({ ...place, room_id: roomId }));
  };
  const back = () => {
    const log = ref.current;
    if (!log) return;
    if (pin.isPinned) pin.toBottom(log);
    else {
      log.scrollTop = topPx;
      pin.release(log);
    }
  };
  const log = ref.current;
  log?.addEventListener('scroll', note);
  host?.addEventListener('attached', back);
  addEventListener('pagehide', leave);
  return () => {
    if (roomId !== '') leave();
    log?.removeEventListener('scroll', note);
    host?.removeEventListener('attached', back);
    removeEventListener('pagehide', leave);
  };
}

/** Whether a row shows what the hub has, not only what is still unsent. */
function isSaid(row: Row): boolean {
  if (row.kind === 'group') return row.bubbles.some((bubble) => bubble.entry !== null);
  return row.kind === 'event';
}

/** The visitor's newest message: whoever has just written wants to see it, even if its answer is here already. */
function newestOfMine(rows: readonly Row[]): string | null {
  const group = rows.findLast((row) => row.kind === 'group' && row.isMine);
  return group?.kind === 'group' ? (group.bubbles.at(-1)?.key ?? null) : null;
}
