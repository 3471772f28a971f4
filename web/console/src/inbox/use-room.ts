// The live room of the conversation on screen, joined while it is shown.

import { Cell } from '@switchboard/shared/cell.ts';
import type { Room, RoomView } from '@switchboard/shared/room.ts';
import { useEffect, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';

const NOWHERE = new Cell<RoomView | null>(null);

export function useRoom(id: string): { room: Room | null; view: RoomView | null } {
  const live = useLive();
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    const opened = live.openRoom(id);
    setRoom(opened.room);
    return opened.close;
  }, [live, id]);
  // For one drawing after a change of address the old room is still in hand; its entries are not ours.
  const current = room?.id === id ? room : null;
  const view = useCell<RoomView | null>(
    (current?.view as Cell<RoomView | null> | undefined) ?? NOWHERE,
  );
  return { room: current, view };
}

function isLookedAt(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** A conversation that is looked at is viewed: colleagues see by whom, and the agent is not notified of it. */
export function useViewing(id: string): void {
  const { viewing } = useLive();
  useEffect(() => {
    const tell = () => viewing.show(isLookedAt() ? id : null);
    tell();
    document.addEventListener('visibilitychange', tell);
    addEventListener('focus', tell);
    addEventListener('blur', tell);
    return () => {
      document.removeEventListener('visibilitychange', tell);
      removeEventListener('focus', tell);
      removeEventListener('blur', tell);
      viewing.show(null);
    };
  }, [viewing, id]);
}

/** What is on screen in a visible tab counts as read. */
export function useReading(room: Room | null, view: RoomView | null): void {
  useEffect(() => {
    const read = () => {
      const last = view?.entries.at(-1)?.seq ?? 0;
      if (room && view?.phase === 'live' && last > 0 && document.visibilityState === 'visible') {
        room.markRead(last);
      }
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [room, view]);
}
