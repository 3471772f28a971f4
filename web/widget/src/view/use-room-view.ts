// The view of the current conversation, or null while there is none.

import { Cell } from '@switchboard/shared/cell.ts';
import type { Room, RoomView } from '@switchboard/shared/room.ts';
import { useCell } from './use-cell.ts';

const NOWHERE = new Cell<RoomView | null>(null);

export function useRoomView(room: Room | null): RoomView | null {
  return useCell<RoomView | null>((room?.view as Cell<RoomView | null> | undefined) ?? NOWHERE);
}
