// The live side of the console: one connection, the inbox, the open rooms, and who is around.

import { serverPath, serverUrl } from '@switchboard/shared/browser/server-path.ts';
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
import type { Room } from '@switchboard/shared/room.ts';
import type { AgentStatus, Member } from '@switchboard/shared/wire.ts';
import { ActBoard } from '../acts/act-board.ts';
import { BulkRun } from '../bulk/bulk-run.ts';
import { Picks } from '../bulk/picks.ts';
import { ComingFiles } from '../canned/coming-files.ts';
import { Desk } from '../calls/desk.ts';
import { api } from './api.ts';
import { deskApi } from './desk-api.ts';
import { Drafts } from './drafts.ts';
import { AGENT_FILES } from './file-types.ts';
import { type HeldSend, HeldSends } from './held-sends.ts';
import { browserScreen, paced } from './pace.ts';
import { Rooms } from './rooms.ts';
import { untilSent } from './until-sent.ts';
import { UndoList } from './undo.ts';
import { Viewing } from './viewing.ts';

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
  /** What can be done now, by key and from the command palette. */
  readonly acts = new ActBoard();
  /** Closed, given back or handed over, and not sent yet. */
  readonly undo = new UndoList(browserClock);
  /** Conversations of the list that are picked, and what is done with all of them. */
  readonly picks = new Picks();
  readonly bulk = new BulkRun({
    clock: browserClock,
    send: deskApi.actInMany,
    find: (id) => this.inbox.find(id),
    read: api.conversation,
    sendHeld: (ids) => this.sendHeld(ids),
    pickAgain: (ids) => this.picks.addAll(ids),
  });
  readonly changes = new Emitter<{ conversation: InboxChange }>();
  /** The bytes of pictures, fetched once. */
  readonly pictures = new PictureFiles((id) => ({
    url: `${serverPath}/api/v1/attachments/${id}`,
    token: null,
  }));
  /** Pictures picked for a conversation and not sent yet. */
  readonly #picked = new Map<string, Pictures<File>>();
  /** Unsent texts, so that looking at another conversation, or another page, loses none. */
  readonly drafts = new Drafts({
    clock: browserClock,
    load: deskApi.drafts,
    store: deskApi.setDraft,
    held: (id) => this.held.contentsOf(id),
  });
  /** Files of canned replies that are on their way into messages. */
  readonly coming = new ComingFiles();
  /** Sent by the agent, and still to be taken back. */
  readonly held = new HeldSends(browserClock, (item, isLeaving) => this.#send(item, isLeaving));
  /** Conversations that this page asked for itself: their coming is no news. */
  readonly taking = new Set<string>();
  /** Conversations that this page hands to a colleague, and says so itself. */
  readonly handing = new Set<string>();
  /** Which conversation is on screen. */
  readonly viewing = new Viewing(browserClock, (id) =>
    this.connection.tell('session:viewing', { session_id: id }),
  );
  /** How far the hub's clock is ahead of this browser's. */
  clock_skew_ms = 0;
  #rooms: Rooms;
  #stops: (() => void)[] = [];

  constructor(me: Member) {
    this.me = me;
    this.desk = new Desk(me.id);
    this.status = new Cell<AgentStatus>(me.presence === 'offline' ? 'online' : me.presence);
    this.connection = new Connection({
      url: socketUrl(serverUrl()),
      client: 'console/1.0',
      client_id: newBrowserId(),
      token: () => api.socketTicket().then((answer) => answer.ticket),
      openSocket: openBrowserSocket,
      clock: browserClock,
      random: Math.random,
    });
    this.inbox = new Inbox({
      connection: this.connection,
      view: 'all',
      onChange: (change) => {
        this.#rooms.take(change.conversation);
        this.changes.emit('conversation', change);
      },
      schedule: paced(browserClock, browserScreen()),
    });
    this.outbox = new Outbox({
      connection: this.connection,
      clock: browserClock,
      random: Math.random,
      newId: newBrowserId,
      store: openBrowserStore(),
      scope: me.id,
    });
    this.#rooms = new Rooms(this.connection, this.outbox, me.id);
  }

  start(): void {
    this.#stops = [
      watchNetwork(this.connection),
      this.connection.on('presence:updated', ({ user, status }) => {
        this.presence.update((known) => ({ ...known, [user.id]: status }));
        if (user.id === this.me.id && status !== 'offline') this.status.set(status);
      }),
      this.connection.state.subscribe((state) => {
        if (state.kind !== 'open' || state.draining) return;
        this.clock_skew_ms = Date.parse(state.hello.time) - Date.now();
        this.viewing.repeat();
        this.#tellStatus();
        this.#joinMine();
        this.#loadDrafts();
      }),
    ];
    const leave = () => {
      this.held.flushAll();
      this.undo.flush();
      this.drafts.flush();
    };
    // A page that is not seen may be ended without another word.
    const hide = () => {
      if (document.visibilityState !== 'hidden') return;
      this.held.flushAll();
      this.drafts.flush();
    };
    const press = (event: KeyboardEvent) => this.acts.press(event);
    addEventListener('pagehide', leave);
    addEventListener('keydown', press);
    document.addEventListener('visibilitychange', hide);
    this.#stops.push(() => {
      removeEventListener('pagehide', leave);
      removeEventListener('keydown', press);
      document.removeEventListener('visibilitychange', hide);
    });
    this.inbox.open();
    this.connection.start();
  }

  stop(): void {
    this.held.flushAll();
    this.undo.flush();
    this.bulk.dismiss();
    this.drafts.flush();
    for (const stop of this.#stops) stop();
    this.#rooms.close();
    this.desk.leave();
    this.viewing.stop();
    this.inbox.close();
    this.connection.stop();
    this.pictures.clear();
  }

  /** The pictures picked for a conversation, kept while another one is looked at. */
  pickedFor(conversationId: string): Pictures<File> {
    const known = this.#picked.get(conversationId);
    if (known) return known;
    const made = new Pictures(
      uploadTo({ url: `${serverPath}/api/v1/attachments` }),
      () => AGENT_FILES,
    );
    this.#picked.set(conversationId, made);
    return made;
  }

  /** Sends what is held of these conversations, before they go to somebody else. */
  sendHeld(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.held.flush(id);
    return untilSent(this.outbox.items, ids, browserClock);
  }

  setStatus(status: AgentStatus): void {
    this.status.set(status);
    this.#tellStatus();
  }

  openRoom(id: string): { room: Room; close: () => void } {
    return this.#rooms.view(id);
  }

  /** Whoever answers conversations is there for their visitors, whichever of them is on screen. */
  #joinMine(): void {
    api.conversations({ view: 'mine' }, null).then(
      ({ items }) => {
        for (const it of items) this.#rooms.take(it);
      },
      () => {
        // The next connection asks again; until then those rooms are joined when they are looked at.
      },
    );
  }

  #loadDrafts(): void {
    this.drafts.load().catch(() => {
      // The next connection loads them; what is written here is kept here.
    });
  }

  /** From a page that is being left, or not seen any more, also by REST, under the same id: whichever comes first is the one. */
  #send({ session_id, content, extra }: HeldSend, isLeaving: boolean): void {
    const id = this.outbox.add(session_id, content, 'message', extra);
    // From here on the outbox keeps it.
    this.drafts.release(session_id);
    if (!isLeaving) return;
    const attachments = extra.attachments?.map((it) => it.id);
    deskApi
      .sendMessage(session_id, {
        content,
        client_message_id: id,
        ...(attachments ? { attachments } : {}),
      })
      .catch(() => {
        // The outbox keeps it, and the next page sends it.
      });
  }

  #tellStatus(): void {
    this.connection.tell('presence:set', { status: this.status.get() });
  }
}
