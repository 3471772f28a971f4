// What comes while nobody looks is told by sound and in the title.

import type { Cancel } from '@switchboard/shared/ports.ts';
import type { Room, RoomView } from '@switchboard/shared/room.ts';
import type { Stage } from '../stage.ts';

/** Returns the way to stop. */
export function tellNews(stage: Stage): Cancel {
  const { chat, isOpen, parts } = stage;
  let room: Room | null = null;
  /** The newest message of others; null until the log is here. */
  let seen: number | null = null;
  let stopLooking = () => {};
  const look = ({ phase, entries }: RoomView) => {
    if (phase !== 'live') return;
    const me = chat.state.get().visitor?.id;
    const newest = entries.findLast(({ kind, author }) => kind === 'message' && author.id !== me);
    const isNew = newest && seen !== null && newest.seq > seen;
    seen = newest?.seq ?? 0;
    if (!isNew || (isOpen.get() && document.visibilityState === 'visible')) return;
    parts.load('news').then(
      (news) => news.tell(stage, newest),
      () => {
        // The badge on the button says it too.
      },
    );
  };
  const follow = () => {
    if (chat.state.get().room === room) return;
    stopLooking();
    ({ room } = chat.state.get());
    seen = null;
    if (room) {
      look(room.view.get());
      stopLooking = room.view.subscribe(look);
    } else stopLooking = () => {};
  };
  const stop = chat.state.subscribe(follow);
  follow();
  return () => {
    stop();
    stopLooking();
  };
}
