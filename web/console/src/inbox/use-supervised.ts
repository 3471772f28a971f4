// The reply that visitors have not seen: written to its end and waiting, or still being written.

import type { Room, RoomView } from '@switchboard/shared/room.ts';
import type { PendingUpdate, StateForAgents, User } from '@switchboard/shared/wire.ts';
import { useEffect, useMemo, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';

export interface Supervised {
  message_id: string;
  text: string;
  /** Whether that is all of it. */
  isComplete: boolean;
  /** When it goes out by itself, where it does. */
  sends_at: string | null;
  held_by: User | null;
}

export function useSupervised(
  room: Room | null,
  view: RoomView | null,
  state: StateForAgents,
): Supervised | null {
  const writing = useWriting(room);
  const { pending_reply: pending } = state;
  const text = useMemo(() => pending && pendingText(view, pending.message_id), [view, pending]);
  if (pending && text) {
    const { message_id, sends_at, held_by } = pending;
    return { message_id, text, isComplete: true, sends_at, held_by };
  }
  return writing;
}

/** The words of a reply that waits stand in the log, in the event that says so. */
export function pendingText(view: RoomView | null, messageId: string): string | null {
  const said = view?.entries.findLast(
    ({ event, metadata }) => event === 'reply_pending' && metadata.message_id === messageId,
  );
  return typeof said?.metadata.content === 'string' ? said.metadata.content : null;
}

const NO_REPLIES = { subscribe: () => () => {}, get: () => null };

/** What is still written, and kept from the visitor. */
function useWriting(room: Room | null): Supervised | null {
  const { connection } = useLive();
  const [told, setTold] = useState<PendingUpdate | null>(null);
  const current = useCell((room?.replies ?? NO_REPLIES) as Room['replies'])?.current ?? null;
  useEffect(
    () =>
      connection.on('reply:pending', (update) => {
        if (update.session_id === room?.id) setTold(update);
      }),
    [connection, room?.id],
  );
  if (!current || told?.message_id !== current.message_id || told.complete || told.sent_by)
    return null;
  const { held_by } = told;
  return {
    message_id: current.message_id,
    text: current.text,
    isComplete: false,
    sends_at: null,
    held_by,
  };
}
