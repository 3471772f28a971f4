// What this agent has begun to write: kept here at once, and on the server a moment later, for their other pages.

import { Cell } from '@switchboard/shared/cell.ts';
import type { Cancel, Clock } from '@switchboard/shared/ports.ts';
import type { DraftKind, StoredDraft } from '@switchboard/shared/wire.ts';

export interface DraftsOptions {
  clock: Clock;
  load: () => Promise<readonly StoredDraft[]>;
  store: (id: string, kind: DraftKind, text: string, isLeaving: boolean) => Promise<unknown>;
  /** Messages of a conversation that can still be taken back: until they are sent, they are stored with its draft. */
  held: (id: string) => readonly string[];
}

/** Typing rests for so long before it is stored. */
const REST_MS = 1_000;
/** After a store that failed. */
const RETRY_MS = 10_000;

interface Unstored {
  id: string;
  kind: DraftKind;
  cancel: Cancel;
  /** Whether it only waits for an earlier store of the same draft to end. */
  isDue: boolean;
}

function keyOf(id: string, kind: DraftKind): string {
  return `${kind} ${id}`;
}

export class Drafts {
  /** Texts by kind and conversation. */
  readonly texts = new Cell<Readonly<Record<string, string>>>({});
  #options: DraftsOptions;
  #unstored = new Map<string, Unstored>();
  /** Stores that have not ended, by draft. */
  #running = new Map<string, number>();
  /** Written here since the last load began, or not stored by then: newer than what it brings. */
  #written = new Set<string>();
  #loads = 0;

  constructor(options: DraftsOptions) {
    this.#options = options;
  }

  /** Brings what was written, and what was sent, on other pages; what was written on this one meanwhile stays. */
  async load(): Promise<void> {
    this.#loads += 1;
    const number = this.#loads;
    this.#written = new Set([...this.#unstored.keys(), ...this.#running.keys()]);
    const stored = await this.#options.load();
    // Another load has begun since: it knows more.
    if (number !== this.#loads) return;
    const isOurs = (key: string) =>
      this.#written.has(key) ||
      (key.startsWith('message ') && this.#options.held(key.slice('message '.length)).length > 0);
    this.texts.update((texts) => {
      const ours = Object.entries(texts).filter(([key]) => isOurs(key));
      const loaded = stored
        .map((it) => [keyOf(it.conversation_id, it.kind), it.text] as const)
        .filter(([key]) => !isOurs(key));
      return Object.fromEntries([...ours, ...loaded]);
    });
  }

  get(id: string, kind: DraftKind): string {
    return this.texts.get()[keyOf(id, kind)] ?? '';
  }

  set(id: string, kind: DraftKind, text: string): void {
    const key = keyOf(id, kind);
    if (text === this.get(id, kind)) return;
    this.#written.add(key);
    this.texts.update(({ [key]: _, ...others }) => (text ? { ...others, [key]: text } : others));
    this.#storeAfter(text === '' ? 0 : REST_MS, id, kind);
  }

  /** A held message of a conversation was sent: it is not stored any more. */
  release(id: string): void {
    this.#written.add(keyOf(id, 'message'));
    this.#storeAfter(0, id, 'message');
  }

  /** The page is left: what is not stored yet is now. */
  flush(): void {
    for (const { id, kind, cancel } of [...this.#unstored.values()]) {
      cancel();
      this.#store(id, kind, true);
    }
  }

  #storeAfter(waitMs: number, id: string, kind: DraftKind): void {
    const key = keyOf(id, kind);
    this.#unstored.get(key)?.cancel();
    const cancel = this.#options.clock.after(waitMs, () => this.#store(id, kind, false));
    this.#unstored.set(key, { id, kind, cancel, isDue: false });
  }

  /** Of one draft one after another, so that the server ends with the newest; a page that is left cannot wait. */
  #store(id: string, kind: DraftKind, isLeaving: boolean): void {
    const key = keyOf(id, kind);
    const running = this.#running.get(key) ?? 0;
    this.#unstored.delete(key);
    if (running > 0) {
      this.#unstored.set(key, { id, kind, cancel: () => {}, isDue: true });
      if (!isLeaving) return;
    }
    this.#running.set(key, running + 1);
    const held = kind === 'message' ? this.#options.held(id) : [];
    const text = [...held, this.get(id, kind)].filter(Boolean).join('\n');
    this.#options.store(id, kind, text, isLeaving).then(
      () => this.#ended(id, kind, true),
      () => this.#ended(id, kind, false),
    );
  }

  #ended(id: string, kind: DraftKind, isStored: boolean): void {
    const key = keyOf(id, kind);
    const running = (this.#running.get(key) ?? 0) - 1;
    if (running > 0) this.#running.set(key, running);
    else this.#running.delete(key);
    const next = this.#unstored.get(key);
    // The text is still here; unless it has changed meanwhile, it is stored again.
    if (!next && !isStored) this.#storeAfter(RETRY_MS, id, kind);
    else if (next?.isDue && running <= 0) this.#store(id, kind, false);
  }
}
