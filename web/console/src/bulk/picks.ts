// Which conversations of the list are picked, to do the same with all of them.

import { Cell } from '@switchboard/shared/cell.ts';
import { fits } from '@switchboard/shared/inbox.ts';
import type { ConversationSummary, InboxFilter } from '@switchboard/shared/wire.ts';

/** As many as the server acts on at once. */
export const PICKS_MAX = 500;

interface List {
  shown: ReadonlySet<string>;
  filter: InboxFilter;
  me: string;
}

/** Not where it is known to fit the list no more; who is mentioned is not known here, nor is what is not loaded. */
export function staysPicked(
  id: string,
  known: ConversationSummary | null,
  { shown, filter, me }: List,
): boolean {
  if (known === null || filter.view === 'mentions') return true;
  return fits(filter, known, me) || shown.has(id);
}

export class Picks {
  readonly ids = new Cell<ReadonlySet<string>>(new Set());
  /** Whether every row shows its box, for fingers, which hover over nothing. */
  readonly isOn = new Cell<boolean>(false);
  /** From where a range begins: the last one that was picked by itself. */
  #anchor: string | null = null;

  /** Picks it, or no longer; whether that could be done. */
  toggle(id: string): boolean {
    const next = new Set(this.ids.get());
    if (!next.delete(id)) {
      if (next.size >= PICKS_MAX) return false;
      next.add(id);
    }
    this.#anchor = id;
    this.ids.set(next);
    return true;
  }

  /** Picks everything between the last one and this one, in the order of the list; whether all of it could be. */
  extendTo(id: string, order: readonly string[]): boolean {
    const [from, to] = [order.indexOf(this.#anchor ?? id), order.indexOf(id)];
    if (from < 0 || to < 0) return this.ids.get().has(id) || this.toggle(id);
    return this.#add(order.slice(Math.min(from, to), Math.max(from, to) + 1));
  }

  /** Picks all of them; whether that could be done. */
  addAll(order: readonly string[]): boolean {
    return this.#add(order);
  }

  /** Drops what does not stay. */
  keep(isStaying: (id: string) => boolean): void {
    const picked = this.ids.get();
    const kept = [...picked].filter(isStaying);
    if (kept.length !== picked.size) this.ids.set(new Set(kept));
  }

  clear(): void {
    this.#anchor = null;
    this.isOn.set(false);
    if (this.ids.get().size > 0) this.ids.set(new Set());
  }

  #add(ids: readonly string[]): boolean {
    const next = new Set(this.ids.get());
    for (const id of ids) if (next.size < PICKS_MAX) next.add(id);
    this.ids.set(next);
    return ids.every((id) => next.has(id));
  }
}
