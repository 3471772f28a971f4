// Messages on their way to the hub: kept until acked, also over a reload, and retried with the same id.

import { backoffMs } from './backoff.ts';
import { Cell } from './cell.ts';
import type { Connection } from './connection.ts';
import { Failure, type FailureCode } from './errors.ts';
import type { Cancel, Clock, KeyStore, NewId, Random } from './ports.ts';
import type { Attachment, Entry } from './wire.ts';

export interface OutboxItem {
  client_message_id: string;
  /** Null until the conversation it opens has been made. */
  session_id: string | null;
  content: string;
  kind: 'message' | 'note';
  /** Pictures, uploaded before. */
  attachments?: readonly Attachment[];
  /** The entry it answers. */
  reply_to?: string;
  /** Facts beside its words. */
  metadata?: Readonly<Record<string, unknown>>;
  created_at_ms: number;
  /** Orders items made within one millisecond. */
  number: number;
  status: 'sending' | 'sent' | 'failed';
  /** Why it failed for good, until it is tried again. */
  failure: FailureCode | null;
  /** The hub's own words about it. */
  failure_text?: string;
  /** Its place in the log, once sent. */
  seq: number | null;
}

/** What a message has besides its words. */
export type OutboxExtra = Pick<OutboxItem, 'attachments' | 'reply_to' | 'metadata'>;

export interface OutboxOptions {
  connection: Connection;
  clock: Clock;
  random: Random;
  newId: NewId;
  store: KeyStore;
  /** Keeps the items of different people and channels apart in the store. */
  scope: string;
}

export class Outbox {
  readonly items = new Cell<readonly OutboxItem[]>([]);
  #options: OutboxOptions;
  /** Invariant: at most one message of a conversation is on its way, so that none overtakes another. */
  #busy = new Set<string>();
  #attempts = 0;
  #number = 0;
  #cancelRetries = new Map<string, Cancel>();
  #stopListening: Cancel;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.items.set(this.#load());
    this.#number = Math.max(0, ...this.items.get().map((item) => item.number));
    this.#stopListening = options.connection.state.subscribe((state) => {
      if (state.kind === 'open') this.flush();
    });
  }

  /** Puts a message on its way and returns its id. */
  add(
    sessionId: string | null,
    content: string,
    kind: OutboxItem['kind'] = 'message',
    extra: OutboxExtra = {},
  ): string {
    this.#number += 1;
    const item: OutboxItem = {
      client_message_id: this.#options.newId(),
      session_id: sessionId,
      content,
      kind,
      ...extra,
      created_at_ms: this.#options.clock.now_ms(),
      number: this.#number,
      status: 'sending',
      failure: null,
      seq: null,
    };
    this.#save(item);
    this.items.update((items) => [...items, item]);
    this.flush();
    return item.client_message_id;
  }

  /** Gives the messages that waited for their conversation its id. */
  adopt(sessionId: string): void {
    for (const item of this.items.get()) {
      if (item.session_id === null) this.#change({ ...item, session_id: sessionId });
    }
    this.flush();
  }

  /** Lets messages that a closed conversation refused wait for the next one. */
  orphan(clientMessageId: string): void {
    const item = this.#find(clientMessageId);
    if (item) this.#change({ ...item, session_id: null, status: 'sending', failure: null });
  }

  /** Tries a failed message again, with the same id. */
  retry(clientMessageId: string): void {
    const item = this.#find(clientMessageId);
    if (item?.status !== 'failed') return;
    this.#change({ ...item, status: 'sending', failure: null });
    this.flush();
  }

  discard(clientMessageId: string): void {
    this.#options.store.remove(this.#key(clientMessageId));
    this.items.update((items) =>
      items.filter((item) => item.client_message_id !== clientMessageId),
    );
  }

  /** Drops the sent messages that the timeline shows by now. */
  settle(sessionId: string, entries: readonly Entry[]): void {
    const position = entries.at(-1)?.seq ?? 0;
    const shown = new Set(entries.map((entry) => entry.client_message_id));
    const isDone = (item: OutboxItem) =>
      item.session_id === sessionId &&
      (shown.has(item.client_message_id) || (item.seq !== null && item.seq <= position));
    const items = this.items.get();
    for (const item of items.filter(isDone)) {
      this.#options.store.remove(this.#key(item.client_message_id));
    }
    if (items.some(isDone)) this.items.set(items.filter((item) => !isDone(item)));
  }

  clear(): void {
    for (const item of this.items.get()) this.discard(item.client_message_id);
  }

  stop(): void {
    this.#stopListening();
    for (const cancel of this.#cancelRetries.values()) cancel();
  }

  /** Sends the oldest waiting message of every conversation that has none on its way. */
  flush(): void {
    if (!this.#options.connection.hello) return;
    for (const item of this.items.get()) {
      if (item.status !== 'sending' || item.session_id === null) continue;
      if (this.#busy.has(item.session_id)) continue;
      this.#busy.add(item.session_id);
      void this.#send(item, item.session_id);
    }
  }

  async #send(item: OutboxItem, sessionId: string): Promise<void> {
    const { client_message_id, content, kind, attachments, reply_to, metadata } = item;
    const data = {
      session_id: sessionId,
      client_message_id,
      content,
      ...(kind === 'note' ? { kind } : {}),
      ...(attachments ? { attachments: attachments.map((it) => it.id) } : {}),
      ...(reply_to ? { reply_to } : {}),
      ...(metadata ? { metadata } : {}),
    };
    let waitMs = 0;
    try {
      const { entry } = await this.#options.connection.ask('message:send', data);
      this.#attempts = 0;
      this.#options.store.remove(this.#key(client_message_id));
      this.#changeKept(client_message_id, { status: 'sent', seq: entry.seq });
    } catch (error) {
      waitMs = this.#failed(client_message_id, error);
    }
    if (waitMs > 0) this.#later(sessionId, waitMs);
    else this.#release(sessionId);
  }

  /** How long to wait before the next try; 0 when there is none to wait for. */
  #failed(clientMessageId: string, error: unknown): number {
    const failure = error instanceof Failure ? error : new Failure('internal', String(error));
    if (!failure.retry) {
      const item = this.#find(clientMessageId);
      if (item) {
        const { code, message } = failure;
        this.#change({ ...item, status: 'failed', failure: code, failure_text: message });
      }
      return 0;
    }
    if (failure.code === 'disconnected' || failure.code === 'timeout') return 0;
    this.#attempts += 1;
    return backoffMs(this.#attempts, this.#options.random, Math.max(failure.retry_after_ms, 100));
  }

  #later(sessionId: string, waitMs: number): void {
    this.#cancelRetries.set(
      sessionId,
      this.#options.clock.after(waitMs, () => this.#release(sessionId)),
    );
  }

  #release(sessionId: string): void {
    this.#cancelRetries.delete(sessionId);
    this.#busy.delete(sessionId);
    this.flush();
  }

  #find(clientMessageId: string): OutboxItem | undefined {
    return this.items.get().find((item) => item.client_message_id === clientMessageId);
  }

  #change(changed: OutboxItem): void {
    this.#save(changed);
    this.#changeKept(changed.client_message_id, changed);
  }

  #changeKept(clientMessageId: string, change: Partial<OutboxItem>): void {
    this.items.update((items) =>
      items.map((item) =>
        item.client_message_id === clientMessageId ? { ...item, ...change } : item,
      ),
    );
  }

  #key(clientMessageId: string): string {
    return `${this.#prefix()}${clientMessageId}`;
  }

  #prefix(): string {
    return `switchboard:outbox:${this.#options.scope}:`;
  }

  #save(item: OutboxItem): void {
    this.#options.store.set(this.#key(item.client_message_id), JSON.stringify(item));
  }

  #load(): OutboxItem[] {
    const { store } = this.#options;
    const items: OutboxItem[] = [];
    for (const key of store.keys(this.#prefix())) {
      try {
        items.push(JSON.parse(store.get(key) ?? '') as OutboxItem);
      } catch {
        store.remove(key);
      }
    }
    return items.sort((a, b) => a.created_at_ms - b.created_at_ms || a.number - b.number);
  }
}
