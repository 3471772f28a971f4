// The rooms this agent is in: those on screen, and those they answer, whose visitors read that somebody is there.

import { browserClock } from '@switchboard/shared/browser/ports.ts';
import type { Connection } from '@switchboard/shared/connection.ts';
import type { Outbox } from '@switchboard/shared/outbox.ts';
import { Room } from '@switchboard/shared/room.ts';
import type { ConversationSummary } from '@switchboard/shared/wire.ts';

interface OpenRoom {
  room: Room;
  stop: () => void;
  view_count: number;
  isHeld: boolean;
}

export class Rooms {
  #connection: Connection;
  #outbox: Outbox;
  #me: string;
  #open = new Map<string, OpenRoom>();

  constructor(connection: Connection, outbox: Outbox, me: string) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#me = me;
  }

  /** A room for a view; unsent messages leave it as they appear in the log. */
  view(id: string): { room: Room; close: () => void } {
    const open = this.#open.get(id) ?? this.#join(id);
    open.view_count += 1;
    return {
      room: open.room,
      close: () => {
        open.view_count -= 1;
        this.#leaveUnused(id, open);
      },
    };
  }

  /** Stays in the room of a conversation for as long as this agent answers it. */
  take({ id, state }: ConversationSummary): void {
    const isHeld = state.status !== 'closed' && state.responder.agent?.id === this.#me;
    const open = this.#open.get(id) ?? (isHeld ? this.#join(id) : null);
    if (!open) return;
    open.isHeld = isHeld;
    this.#leaveUnused(id, open);
  }

  close(): void {
    for (const { room, stop } of this.#open.values()) {
      stop();
      room.close();
    }
    this.#open.clear();
  }

  #join(id: string): OpenRoom {
    const room = new Room(id, this.#connection, browserClock);
    const stopSettling = room.view.subscribe((view) => this.#outbox.settle(id, view.entries));
    // Agents alone are told: of a visitor who is erased every connection ends.
    const stopRemoved = this.#connection.on('session:removed', ({ session_id }) => {
      if (session_id !== id) return;
      room.view.update((view) => ({ ...view, phase: 'refused', refusal: 'not_found' }));
    });
    const stop = () => {
      stopSettling();
      stopRemoved();
    };
    const open = { room, stop, view_count: 0, isHeld: false };
    this.#open.set(id, open);
    room.open();
    return open;
  }

  #leaveUnused(id: string, open: OpenRoom): void {
    if (open.view_count > 0 || open.isHeld || this.#open.get(id) !== open) return;
    this.#open.delete(id);
    open.stop();
    open.room.close();
  }
}
