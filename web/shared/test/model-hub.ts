// A hub in memory, small enough to be believed: one conversation, gapless order, idempotent sends, exact resume.

import type { Socket } from '../src/ports.ts';
import type { Entry, StateForVisitors, User } from '../src/wire.ts';

export const VISITOR: User = { id: 'visitor-1', kind: 'visitor', name: 'Guest-1' };
export const AGENT: User = { id: 'agent-1', kind: 'agent', name: 'Ana' };
export const SESSION = 'session-1';
/** Smaller than the real hub's, so that tests reach the snapshot. */
export const EXACT_RESUME_ENTRIES = 12;
export const SNAPSHOT_ENTRIES = 8;
const ENTRIES_PER_PART = 3;

/** What may happen to a frame on its way to the client. */
export type Fate = 'deliver' | 'repeat' | 'hold';

interface Asked {
  event: string;
  id: number;
  data: {
    session_id: string;
    content: string;
    client_message_id: string;
    kind?: 'message' | 'note';
    after?: number;
    epoch?: string;
    seq: number;
  };
}

export class ModelHub {
  epoch = 'epoch-1';
  status: StateForVisitors['status'] = 'open';
  isUp = true;
  /** Chosen by the test for every entry delivered live. */
  fate: () => Fate = () => 'deliver';
  /** Refuses the next send with this error. */
  refuseNext: { code: string; retry: boolean; retry_after_ms?: number } | null = null;
  received: string[] = [];
  /** What clients asked to send, as it came. */
  sent: object[] = [];
  #log: Entry[] = [];
  #sockets = new Set<ModelSocket>();
  #open = new Set<ModelSocket>();

  /** How many connections are open. */
  get open_count(): number {
    return this.#open.size;
  }

  /** What a visitor may see: everything but notes. */
  get visible(): Entry[] {
    return this.#log.filter((entry) => entry.kind !== 'note');
  }

  open = (): Socket => {
    const socket = new ModelSocket(this);
    this.#open.add(socket);
    if (this.isUp) queueMicrotask(() => socket.onopen?.());
    else queueMicrotask(() => socket.cut());
    return socket;
  };

  append(
    author: User,
    content: string,
    kind: Entry['kind'],
    clientMessageId: string | null,
  ): Entry {
    const seq = this.#log.length + 1;
    const entry: Entry = {
      id: `entry-${this.epoch}-${seq}`,
      session_id: SESSION,
      seq,
      prev: this.visible.at(-1)?.seq ?? 0,
      kind,
      event: null,
      role: author.kind === 'visitor' || author.kind === 'assistant' ? author.kind : 'agent',
      author,
      content,
      content_type: 'text',
      attachments: [],
      client_message_id: clientMessageId,
      reply_to: null,
      created_at: new Date(seq * 1000).toISOString(),
      metadata: {},
    };
    this.#log.push(entry);
    if (kind !== 'note') for (const socket of this.#sockets) socket.deliverLive(entry);
    return entry;
  }

  /** Loses the last entries, as a restore from a backup does; the epoch says so. */
  restore(kept: number): void {
    this.#log = this.#log.slice(0, kept);
    this.epoch = `${this.epoch}+`;
    this.cutAll();
  }

  cutAll(code = 1006, reason = ''): void {
    for (const socket of [...this.#open]) socket.cut(code, reason);
  }

  say(event: string, data: unknown): void {
    for (const socket of this.#sockets) socket.push({ event, data });
  }

  state(): StateForVisitors {
    return {
      status: this.status,
      responder: { kind: 'waiting', since: new Date(0).toISOString() },
      takeover: 0,
      last_seq: this.visible.at(-1)?.seq ?? 0,
      updated_at: new Date(this.#log.length * 1000).toISOString(),
    };
  }

  left(socket: ModelSocket): void {
    this.#sockets.delete(socket);
    this.#open.delete(socket);
  }

  answer(socket: ModelSocket, { event, id, data }: Asked): void {
    this.received.push(event);
    if (event === 'message:send') this.sent.push(data);
    if (event === 'hello') socket.push({ ack: id, data: helloAck });
    else if (event === 'join:session') {
      this.#sockets.add(socket);
      for (const frame of this.#history(data))
        socket.push({ event: 'session:history', data: frame });
      socket.push({ ack: id, data: { members: [VISITOR], state: this.state() } });
    } else if (event === 'message:send') this.#take(socket, id, data);
    else if (event === 'leave:session' && data.session_id !== SESSION) {
      socket.push({ ack: id, error: { code: 'not_found', message: 'not found', retry: false } });
    } else socket.push({ ack: id, data: {} });
  }

  #take(socket: ModelSocket, id: number, data: Asked['data']): void {
    if (this.refuseNext) {
      socket.push({ ack: id, error: { message: 'refused', ...this.refuseNext } });
      this.refuseNext = null;
      return;
    }
    const known = this.#log.find((entry) => entry.client_message_id === data.client_message_id);
    const entry =
      known ?? this.append(VISITOR, data.content, data.kind ?? 'message', data.client_message_id);
    socket.push({ ack: id, data: { entry, duplicate: known !== undefined } });
  }

  #history({ after, epoch }: Asked['data']): object[] {
    const all = this.visible;
    const last = all.at(-1)?.seq ?? 0;
    const missed = all.filter((entry) => entry.seq > (after ?? 0));
    const recovered =
      after !== undefined &&
      (epoch ?? this.epoch) === this.epoch &&
      after <= last &&
      missed.length <= EXACT_RESUME_ENTRIES;
    const entries = recovered ? missed : all.slice(-SNAPSHOT_ENTRIES);
    const parts = Math.max(1, Math.ceil(entries.length / ENTRIES_PER_PART));
    return Array.from({ length: parts }, (_, part) => ({
      session_id: SESSION,
      epoch: this.epoch,
      recovered,
      part,
      final: part === parts - 1,
      entries: entries.slice(part * ENTRIES_PER_PART, (part + 1) * ENTRIES_PER_PART),
      first_seq: all[0]?.seq ?? 0,
      last_seq: last,
      has_more: (entries[0]?.prev ?? 0) > 0,
      state: this.state(),
      read: {},
    }));
  }
}

const helloAck = {
  connection_id: 'connection-1',
  user: VISITOR,
  org_id: 'org-1',
  heartbeat_ms: 25_000,
  limits: {
    frame_bytes: 131_072,
    message_chars: 1_000,
    rooms: 20,
    events_per_3s: 30,
    history_entries: EXACT_RESUME_ENTRIES,
  },
  server: 'model/1',
};

class ModelSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  #hub: ModelHub;
  #held: object[] = [];
  #isClosed = false;

  constructor(hub: ModelHub) {
    this.#hub = hub;
  }

  send(text: string): void {
    const asked = JSON.parse(text) as Asked;
    // In both directions a frame that was under way when the connection broke is lost.
    queueMicrotask(() => {
      if (!this.#isClosed) this.#hub.answer(this, asked);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#hub.left(this);
  }

  cut(code = 1006, reason = ''): void {
    const { onclose } = this;
    this.close();
    onclose?.({ code, reason });
  }

  push(frame: object): void {
    const text = JSON.stringify(frame);
    queueMicrotask(() => {
      if (!this.#isClosed) this.onmessage?.({ data: text });
    });
  }

  deliverLive(entry: Entry): void {
    const frame = { event: 'message:new', data: entry };
    const fate = this.#hub.fate();
    if (fate === 'hold') {
      this.#held.push(frame);
      return;
    }
    this.push(frame);
    if (fate === 'repeat') this.push(frame);
    for (const late of this.#held.splice(0)) this.push(late);
  }
}
