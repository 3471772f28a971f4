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
    return this.#conversations;
  }

  /** These rows and others: an id that is there already keeps its row. */
  with(others: readonly Placed[]): InboxRows {
    const fresh = others.filter((it) => !this.has(it.conversation.id));
    return new InboxRows(this.#order, [...this.#placed, ...fresh]);
  }

  /**
   * Takes rows out and puts others where they belong, wherever they were. One walk for all of them: moving the rows behind
   * each change would cost far more than the change.
   */
  change(gone: readonly string[], put: readonly Placed[]): void {
    const latest = new Map(put.map((it) => [it.conversation.id, it]));
    const places = [...gone, ...latest.keys()].flatMap((id) => this.#placeOf(id) ?? []);
    const taken = [...new Set(places)].sort((a, b) => a - b);
    const coming = [...latest.values()].sort((a, b) => comparePlaces(this.#order, a, b));
    for (const id of gone) this.#byId.delete(id);
    for (const [id, it] of latest) this.#byId.set(id, it);
    this.#merge(taken, coming);
  }

  /** No two rows have the same place, so a row is found where it was put. */
  #placeOf(id: string): number | null {
    const shown = this.#byId.get(id);
    return shown ? findPlace(this.#order, this.#placed, shown) : null;
  }

  /** The rows without those at `taken`, with those of `coming`; both in order. */
  #merge(taken: readonly number[], coming: readonly Placed[]): void {
    const before = this.#placed;
    const starts = coming.map((it) => findPlace(this.#order, before, it));
    const placed: Placed[] = [];
    const conversations: ConversationSummary[] = [];
    const add = (it: Placed) => {
      placed.push(it);
      conversations.push(it.conversation);
    };
    let [nextTaken, nextComing] = [0, 0];
    for (let at = 0; at <= before.length; at += 1) {
      for (; starts[nextComing] === at; nextComing += 1) add(coming[nextComing] as Placed);
      if (taken[nextTaken] === at) nextTaken += 1;
      else if (at < before.length) add(before[at] as Placed);
    }
    this.#placed = placed;
    this.#conversations = conversations;
  }
}
