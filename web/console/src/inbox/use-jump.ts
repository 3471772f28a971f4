// Goes to the entry that the address names, wherever in the log it is, and marks it.

import type { Room, RoomView } from '@switchboard/shared/room.ts';
import { useSearch } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useWords } from '../app/words.ts';

interface Jump {
  room: Room | null;
  view: RoomView | null;
  log: RefObject<HTMLElement | null>;
  onArrive: () => void;
}

/** Rows above are only estimated until they are drawn; a few frames later their heights are true. */
const FRAMES = 4;
/** As many as the server gives at once: the entry may be far above. */
const JUMP_PAGE = 500;

/** Returns the `seq` of the entry to mark. */
export function useJump({ room, view, log, onArrive }: Jump): number | null {
  const words = useWords();
  const { at = null } = useSearch({ strict: false }) as { at?: number };
  const done = useRef<number | null>(null);
  const first = view?.entries[0]?.seq ?? null;
  const isLive = view?.phase === 'live';
  const hasOlder = view?.hasOlder ?? false;
  useEffect(() => {
    if (at === null || !room || !isLive || first === null || done.current === at) return;
    if (first > at && hasOlder) {
      room
        .loadOlder((before) => api.entriesBefore(room.id, before, JUMP_PAGE))
        .catch((error) => {
          done.current = at;
          toastFailure(words)(error);
        });
      return;
    }
    done.current = at;
    // Led there before the log follows its end again.
    onArrive();
    requestAnimationFrame(() => show(log.current, FRAMES));
  }, [at, room, isLive, first, hasOlder, log, onArrive, words]);
  return at;
}

function show(log: HTMLElement | null, frames: number): void {
  const row = log?.querySelector<HTMLElement>('[data-marked]');
  if (!row) return;
  row.scrollIntoView({ block: 'center' });
  if (frames > 0) requestAnimationFrame(() => show(log, frames - 1));
  else row.focus({ preventScroll: true });
}
