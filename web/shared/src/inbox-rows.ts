// The rows of the inbox in their order, of which a change moves one and leaves the others alone.

import { comparePlaces, findPlace, type ListOrder, type Placed } from './inbox-order.ts';
import type { ConversationSummary } from './wire.ts';

export class InboxRows {
  readonly #order: ListOrder;
  /** Both in the same order, so that neither is made from the other at each change. */
  #placed: Placed[] = [];
  #conversations: ConversationSummary[] = [];
  readonly #byId = new Map<string, Placed>();

  constructor(order: ListOrder, rows: readonly Placed[] = []) {
    this.#order = order;
    for (const it of rows) this.#byId.set(it.conversation.id, it);
    this.#placed = [...this.#byId.values()].sort((a, b) => comparePlaces(order, a, b));
    this.#conversations = this.#placed.map((it) => it.conversation);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The rows as they are now; later changes leave what was returned as it is. */
  snapshot(): readonly ConversationSummary[] {
    return this.#conversations.slice();
  }

  /** These rows and others: an id that is there already keeps its row. */
  with(others: readonly Placed[]): InboxRows {
    const fresh = others.filter((it) => !this.has(it.conversation.id));
    return new InboxRows(this.#order, [...this.#placed, ...fresh]);
  }

  /** Puts a row where it belongs, wherever it was. */
  put(placed: Placed): void {
    this.remove(placed.conversation.id);
    const at = findPlace(this.#order, this.#placed, placed);
    this.#placed.splice(at, 0, placed);
    this.#conversations.splice(at, 0, placed.conversation);
    this.#byId.set(placed.conversation.id, placed);
  }

  remove(id: string): void {
    const shown = this.#byId.get(id);
    if (!shown) return;
    // No two rows have the same place, so it is found where it was put.
    const at = findPlace(this.#order, this.#placed, shown);
    this.#placed.splice(at, 1);
    this.#conversations.splice(at, 1);
    this.#byId.delete(id);
  }
}
