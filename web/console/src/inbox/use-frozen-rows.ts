// Freezes the order of the list while the pointer is in it, and for three seconds after J or K.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { freezeRows } from './frozen-order.ts';

const KEYS_MS = 3_000;

export interface Frozen {
  rows: readonly ConversationSummary[];
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
  const live = useLive();
  const [isInside, setInside] = useState(false);
  const [hasKeys, setKeys] = useState(false);
  const [, redraw] = useState({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const order = useRef<string[] | null>(null);
  const shownScope = useRef(scope);
  useEffect(() => () => clearTimeout(timer.current), []);
  const isFrozen = isInside || hasKeys;
  if (!isFrozen || shownScope.current !== scope || current.length === 0) order.current = null;
  shownScope.current = scope;
  const frozen = useMemo(() => {
    if (!isFrozen) return { rows: current, moved_count: 0 };
    order.current ??= current.map((it) => it.id);
    return freezeRows(order.current, current, (id) => live.inbox.find(id));
  }, [isFrozen, current, live]);
  return {
    ...(order.current === null ? { rows: current, moved_count: 0 } : frozen),
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
