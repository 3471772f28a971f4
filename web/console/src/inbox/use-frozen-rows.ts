// Freezes the order of the list while the pointer is in it, and for three seconds after J or K.

import type { Inbox } from '@switchboard/shared/inbox.ts';
import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { browserClock } from '@switchboard/shared/browser/ports.ts';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { type Seldom, seldom } from '../app/seldom.ts';
import { FrozenOrder } from './frozen-order.ts';

const KEYS_MS = 3_000;
/** How often it is counted what has moved. */
const COUNT_MS = 500;

/** The rows that are shown; asked one by one, as a list may be long and few of its rows are on screen. */
export interface RowList {
  count: number;
  /** Undefined also for a conversation that was erased while its row stands still. */
  at: (index: number) => ConversationSummary | undefined;
  has: (id: string) => boolean;
  /** Of all rows, in their order. */
  ids: () => readonly string[];
}

export const NO_ROWS: RowList = { count: 0, at: () => undefined, has: () => false, ids: () => [] };

export interface Frozen {
  rows: RowList;
  moved_count: number;
  /** Takes the order of now, and goes on being frozen. */
  apply: () => void;
  /** Somebody moves through the rows by keys. */
  onKeys: () => void;
  pointer: { onPointerMove: (event: PointerLike) => void; onPointerLeave: () => void };
}

interface PointerLike {
  pointerType: string;
}

/** `scope`: what is shown; another view or search begins with its own order. */
export function useFrozenRows(current: readonly ConversationSummary[], scope: string): Frozen {
  const { inbox } = useLive();
  const [isInside, setInside] = useState(false);
  const [hasKeys, setKeys] = useState(false);
  const [, redraw] = useState({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const order = useRef<FrozenOrder | null>(null);
  const shownScope = useRef(scope);
  useEffect(() => () => clearTimeout(timer.current), []);
  const isFrozen = isInside || hasKeys;
  if (!isFrozen || shownScope.current !== scope || current.length === 0) order.current = null;
  shownScope.current = scope;
  const live = useMemo(() => rowsOf(current, inbox), [current, inbox]);
  const frozen = useMemo(() => {
    if (!isFrozen) return null;
    order.current ??= new FrozenOrder(current);
    const kept = order.current;
    kept.follow(current);
    const rows: RowList = {
      count: kept.ids.length,
      at: (index) => inbox.find(kept.ids[index] ?? '') ?? undefined,
      has: (id) => kept.has(id),
      ids: () => kept.ids,
    };
    return rows;
  }, [isFrozen, current, inbox]);
  const movedCount = useMovedCount(order, current, isFrozen);
  const isStill = order.current !== null && frozen !== null;
  return {
    rows: isStill ? frozen : live,
    moved_count: isStill ? movedCount : 0,
    apply: () => {
      order.current = null;
      setInside(false);
      setKeys(false);
      redraw({});
    },
    onKeys: () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setKeys(false), KEYS_MS);
      setKeys(true);
    },
    pointer: {
      // A finger lies on a row only when it has been aimed already.
      onPointerMove: ({ pointerType }) => setInside(pointerType === 'mouse'),
      onPointerLeave: () => setInside(false),
    },
  };
}

/** How many rows wait to move. Counted apart from the drawing, as that walks all rows: the number may come a moment later. */
function useMovedCount(
  order: RefObject<FrozenOrder | null>,
  current: readonly ConversationSummary[],
  isFrozen: boolean,
): number {
  const { inbox } = useLive();
  const [count, setCount] = useState(0);
  const latest = useRef(current);
  latest.current = current;
  const counting = useRef<Seldom>(null);
  useEffect(() => {
    const countNow = () =>
      setCount(order.current?.countMoved(latest.current, (id) => inbox.shows(id)) ?? 0);
    const made = seldom(browserClock, COUNT_MS, () => void browserClock.after(0, countNow));
    counting.current = made;
    return () => made.stop();
  }, [inbox, order]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted again when the rows change or begin to move.
  useEffect(() => counting.current?.ask(), [current, isFrozen]);
  return count;
}

function rowsOf(all: readonly ConversationSummary[], inbox: Inbox): RowList {
  return {
    count: all.length,
    at: (index) => all[index],
    has: (id) => inbox.shows(id),
    ids: () => all.map((it) => it.id),
  };
}
