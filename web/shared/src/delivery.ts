// How far a message of ours has come, as its sender sees it.

import type { OutboxItem } from './outbox.ts';
import type { Entry, User } from './wire.ts';

export type Delivery = 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

export function deliveryOfItem(item: OutboxItem): Delivery {
  return item.status;
}

/** `isOther` tells whose presence and reading counts: for a visitor the agent, for an agent the visitor. */
export function deliveryOfEntry(
  entry: Entry,
  room: {
    entries: readonly Entry[];
    members: readonly User[];
    read: Readonly<Record<string, number>>;
  },
  isOther: (userId: string) => boolean,
): Delivery {
  for (const [userId, seq] of Object.entries(room.read)) {
    if (seq >= entry.seq && isOther(userId)) return 'read';
  }
  const isThere = room.members.some((member) => isOther(member.id));
  const last = room.entries.at(-1);
  const answered = last !== undefined && last.seq > entry.seq && isOther(last.author.id);
  return isThere || answered ? 'delivered' : 'sent';
}
