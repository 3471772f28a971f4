// Asks again whether somebody is there while the chat is open: what was true at the first look is not true all night.
// After a loss also whether a conversation was begun elsewhere, where this one is over: nobody told of it here.

import type { Cell } from '@switchboard/shared/cell.ts';
import type { Cancel, Clock } from '@switchboard/shared/ports.ts';
import type { Chat } from '../chat/chat.ts';

/** Younger than this is good enough for whoever opens the chat. */
const OLD_MS = 3 * 60_000;
/** A bad line comes back often, and it opens right after the first answer, too. */
const RECONNECT_OLD_MS = 60_000;
/** Not all open chats ask in the same second. */
const SPREAD_MS = 20_000;
/** Timers know no longer time. */
const LONGEST_MS = 2 ** 31 - 1;

/** Returns the way to stop. */
export function keepFresh(chat: Chat, isOpen: Cell<boolean>, clock: Clock): Cancel {
  let cancel: Cancel = () => {};
  let lostAtMs = Number.NEGATIVE_INFINITY;
  const ask = (olderThanMs: number) => {
    if (!isOpen.get()) return;
    // Who has none is given theirs when they write.
    const isOver = chat.state.get().room?.view.get().state?.status === 'closed';
    chat.refresh(isOver ? Math.min(olderThanMs, clock.now_ms() - lostAtMs) : olderThanMs);
  };
  let wasOpen = chat.connection.hello !== null;
  let planned = 0;
  const plan = () => {
    const { channel, heard_at_ms } = chat.state.get();
    if (heard_at_ms === planned) return;
    planned = heard_at_ms;
    cancel();
    const reopensMs = Date.parse(channel?.availability?.reopens_at ?? '') - clock.now_ms();
    if (!(reopensMs > 0 && reopensMs < LONGEST_MS - SPREAD_MS)) return;
    cancel = clock.after(reopensMs + Math.random() * SPREAD_MS, () => ask(0));
  };
  const stops = [
    isOpen.subscribe(() => ask(OLD_MS)),
    chat.connection.state.subscribe(({ kind }) => {
      if (kind === 'open') ask(RECONNECT_OLD_MS);
      else if (wasOpen) lostAtMs = clock.now_ms();
      wasOpen = kind === 'open';
    }),
    chat.state.subscribe(plan),
  ];
  plan();
  ask(OLD_MS);
  return () => {
    cancel();
    for (const stop of stops) stop();
  };
}
