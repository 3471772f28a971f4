// The live side of the console: one connection, the inbox, the open rooms, and who is around.

import {
  browserClock,
  newBrowserId,
  openBrowserSocket,
  openBrowserStore,
  socketUrl,
  watchNetwork,
} from '@switchboard/shared/browser/ports.ts';
import { PictureFiles } from '@switchboard/shared/browser/picture-files.ts';
import { uploadTo } from '@switchboard/shared/browser/upload.ts';
import { Pictures } from '@switchboard/shared/pictures.ts';
import { Cell } from '@switchboard/shared/cell.ts';
import { Connection } from '@switchboard/shared/connection.ts';
import { Emitter } from '@switchboard/shared/emitter.ts';
import { Inbox, type InboxChange } from '@switchboard/shared/inbox.ts';
import { Outbox } from '@switchboard/shared/outbox.ts';
import { Room } from '@switchboard/shared/room.ts';
import type { AgentStatus, Member } from '@switchboard/shared/wire.ts';
import { Desk } from '../calls/desk.ts';
import { api } from './api.ts';

type Presence = AgentStatus | 'offline';

export class Live {
  readonly me: Member;
  readonly connection: Connection;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly status: Cell<AgentStatus>;
  /** What was heard of the other agents since the page opened. */
  readonly presence = new Cell<Readonly<Record<string, Presence>>>({});
  readonly desk: Desk;
  readonly changes = new Emitter<{ conversation: InboxChange }>();
  /** The bytes of pictures, fetched once. */
  readonly pictures = new PictureFiles((id) => ({ url: `/api/v1/attachments/${id}`, token: null }));
  /** Pictures picked for a conversation and not sent yet. */
  readonly #picked = new Map<string, Pictures<File>>();
  /** Unsent texts, so that looking at another conversation loses none. */
  readonly drafts = new Map<string, string>();
  #stops: (() => void)[] = [];

  constructor(me: Member) {
    this.me = me;
    this.desk = new Desk(me.id);
    this.status = new Cell<AgentStatus>(me.presence === 'offline' ? 'online' : me.presence);
    this.connection = new Connection({
      url: socketUrl(location.origin),
      client: 'console/1.0',
      client_id: newBrowserId(),
      token: () => api.socketTicket().then((answer) => answer.ticket),
      openSocket: openBrowserSocket,
      clock: browserClock,
      random: Math.random,
    });
    this.inbox = new Inbox(this.connection, 'all', (change) =>
      this.changes.emit('conversation', change),
    );
    this.outbox = new Outbox({
      connection: this.connection,
      clock: browserClock,
      random: Math.random,
      newId: newBrowserId,
      store: openBrowserStore(),
      scope: me.id,
    });
  }

  start(): void {
    this.#stops = [
      watchNetwork(this.connection),
      this.connection.on('presence:updated', ({ user, status }) => {
        this.presence.update((known) => ({ ...known, [user.id]: status }));
        if (user.id === this.me.id && status !== 'offline') this.status.set(status);
      }),
      this.connection.state.subscribe((state) => {
        if (state.kind === 'open' && !state.draining) this.#tellStatus();
      }),
    ];
    this.inbox.open();
    this.connection.start();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.desk.leave();
    this.inbox.close();
    this.connection.stop();
    this.pictures.clear();
  }

  /** The pictures picked for a conversation, kept while another one is looked at. */
  pickedFor(conversation_id: string): Pictures<File> {
    const known = this.#picked.get(conversation_id);
    if (known) return known;
    const made = new Pictures(uploadTo({ url: '/api/v1/attachments' }));
    this.#picked.set(conversation_id, made);
    return made;
  }

  setStatus(status: AgentStatus): void {
    this.status.set(status);
    this.#tellStatus();
  }

  /** A room that lives as long as its view; unsent messages leave it as they appear in the log. */
  openRoom(id: string): { room: Room; close: () => void } {
    const room = new Room(id, this.connection, browserClock);
    const stop = room.view.subscribe((view) => this.outbox.settle(id, view.entries));
    room.open();
    return {
      room,
      close: () => {
        stop();
        room.close();
      },
    };
  }

  #tellStatus(): void {
    this.connection.tell('presence:set', { status: this.status.get() });
  }
}
