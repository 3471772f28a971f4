// Rows that stay where they are while somebody aims at them: changes show in place, moves wait.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';

export interface FrozenRows {
  rows: readonly ConversationSummary[];
  /** How many rows would stand elsewhere, come or go. */
  moved_count: number;
}

type Find = (id: string) => ConversationSummary | null;

/** `order`: the ids as they were when the list froze; pages loaded since then are added at its end. */
export function freezeRows(
  order: string[],
  current: readonly ConversationSummary[],
  find: Find,
): FrozenRows {
  const at = new Map(current.map((it, index) => [it.id, index]));
  const known = new Set(order);
  const last = Math.max(-1, ...order.map((id) => at.get(id) ?? -1));
  for (const { id } of current.slice(last + 1))
    if (order.length > 0 && !known.has(id)) order.push(id);
  const rows = order.flatMap((id) => {
    const index = at.get(id);
    return (index === undefined ? find(id) : current[index]) ?? [];
  });
  return { rows, moved_count: countMoved(order, current, at) };
}

/** Walks both orders together: whoever stands before their turn has moved. */
function countMoved(
  order: readonly string[],
  current: readonly ConversationSummary[],
  at: ReadonlyMap<string, number>,
): number {
  const moved = new Set<string>();
  let next = 0;
  const skip = () => {
    for (;;) {
      const id = order[next];
      if (id === undefined || (at.has(id) && !moved.has(id))) return;
      // Gone from the view, unless it was met earlier as one that moved.
      if (!at.has(id)) moved.add(id);
      next += 1;
    }
  };
  for (const { id } of current) {
    skip();
    if (order[next] === id) next += 1;
    else moved.add(id);
  }
  skip();
  return moved.size;
}
