// The rows of the inbox in their order; a change looks for the places of what changed, and walks the others once.

import { comparePlaces, findPlace, type ListOrder, type Placed } from './inbox-order.ts';
import type { ConversationSummary } from './wire.ts';

export class InboxRows {
  readonly #order: ListOrder;
  #placed: Placed[];
  readonly #byId = new Map<string, Placed>();

  constructor(order: ListOrder, rows: readonly Placed[] = []) {
    this.#order = order;
    for (const it of rows) this.#byId.set(it.conversation.id, it);
    this.#placed = [...this.#byId.values()].sort((a, b) => comparePlaces(order, a, b));
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The rows as they are now; later changes leave what was returned as it is. */
  snapshot(): readonly ConversationSummary[] {
    return this.#placed.map((it) => it.conversation);
  }

  /** These rows and others: an id that is there already keeps its row. */
  with(others: readonly Placed[]): InboxRows {
    const fresh = others.filter((it) => !this.has(it.conversation.id));
    return new InboxRows(this.#order, [...this.#placed, ...fresh]);
  }

  /**
   * Takes rows out and puts others where they belong, wherever they were, each of them once. One walk for all of
   * them: moving the rows behind each change would cost far more than the change.
   */
  change(gone: readonly string[], put: readonly Placed[]): void {
    const left = new Set([...gone, ...put.map((it) => it.conversation.id)]);
    const taken = [...left].flatMap((id) => this.#placeOf(id) ?? []).sort((a, b) => a - b);
    for (const id of gone) this.#byId.delete(id);
    for (const it of put) this.#byId.set(it.conversation.id, it);
    this.#placed = this.#merged(
      taken,
      put.toSorted((a, b) => comparePlaces(this.#order, a, b)),
    );
  }

  /** No two rows have the same place, so a row is found where it was put. */
  #placeOf(id: string): number | null {
    const shown = this.#byId.get(id);
    return shown ? findPlace(this.#order, this.#placed, shown) : null;
  }

  /** The rows without those at the places `taken`, with those of `coming`; both in order. */
  #merged(taken: readonly number[], coming: readonly Placed[]): Placed[] {
    const merged: Placed[] = [];
    let [next, nextTaken] = [0, 0];
    const addUntil = (end: number) => {
      for (; next < end; next += 1) {
        const row = this.#placed[next];
        if (taken[nextTaken] === next) nextTaken += 1;
        else if (row) merged.push(row);
      }
    };
    for (const it of coming) {
      addUntil(findPlace(this.#order, this.#placed, it));
      merged.push(it);
    }
    addUntil(this.#placed.length);
    return merged;
  }
}
