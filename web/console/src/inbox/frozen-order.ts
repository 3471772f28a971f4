// Rows that stay where they are while somebody aims at them: changes show in place, moves wait.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';

type HasId = (id: string) => boolean;

export class FrozenOrder {
  /** As they were when the list froze; pages loaded since then are added at the end. */
  readonly ids: string[];
  readonly #known: Set<string>;

  constructor(rows: readonly ConversationSummary[]) {
    this.ids = rows.map((it) => it.id);
    this.#known = new Set(this.ids);
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** How many rows would stand elsewhere, come or go. `isCurrent` tells whether an id is among `current`; both are walked. */
  countMoved(current: readonly ConversationSummary[], isCurrent: HasId): number {
    return countMoved(this.ids, current, isCurrent);
  }

  /** Adds what came at the end. */
  follow(current: readonly ConversationSummary[]): void {
    if (this.ids.length === 0) return;
    let end = current.length;
    while (end > 0 && !this.#known.has(current[end - 1]?.id ?? '')) end -= 1;
    for (const { id } of current.slice(end)) {
      this.ids.push(id);
      this.#known.add(id);
    }
  }
}

/** Walks both orders together: whoever stands before their turn has moved. */
function countMoved(
  order: readonly string[],
  current: readonly ConversationSummary[],
  isCurrent: HasId,
): number {
  const moved = new Set<string>();
  let next = 0;
  const skip = (until: string | null) => {
    for (;;) {
      const id = order[next];
      if (id === undefined || id === until || (isCurrent(id) && !moved.has(id))) return;
      // Gone from the view, unless it was met earlier as one that moved.
      if (!isCurrent(id)) moved.add(id);
      next += 1;
    }
  };
  for (const { id } of current) {
    skip(id);
    if (order[next] === id) next += 1;
    else moved.add(id);
  }
  skip(null);
  return moved.size;
}
