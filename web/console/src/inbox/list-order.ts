// Puts the elements of a list into its order with as few moves as there can be: the browser draws a moved one anew.

/** What has to move so that `ranks` rise from the first to the last: the places of all but a longest part that rises already. */
export function placesToMove(ranks: readonly number[]): ReadonlySet<number> {
  /** By length: where the rising part of that length ends that ends lowest. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  ranks.forEach((rank, place) => {
    const at = ends.findIndex((end) => (ranks[end] ?? 0) >= rank);
    const length = at < 0 ? ends.length : at;
    before[place] = ends[length - 1];
    ends[length] = place;
  });
  const moving = new Set(ranks.keys());
  for (let place = ends.at(-1); place !== undefined; place = before[place]) moving.delete(place);
  return moving;
}

/** Puts the children of `list` that have a rank into its order; others stay where they are. */
export function putInOrder(
  list: HTMLElement,
  rankOf: (child: HTMLElement) => number | undefined,
): void {
  const children = [...list.children].flatMap((child) => {
    const rank = child instanceof HTMLElement ? rankOf(child) : undefined;
    return rank === undefined ? [] : [{ child, rank }];
  });
  const places = placesToMove(children.map((it) => it.rank));
  if (places.size === 0) return;
  const moving = new Set([...places].map((place) => children[place]));
  const focused = document.activeElement;
  let next: Node | null = null;
  for (const it of children.toSorted((a, b) => b.rank - a.rank)) {
    if (moving.has(it)) list.insertBefore(it.child, next);
    next = it.child;
  }
  // Moving an element takes the focus from it.
  if (focused instanceof HTMLElement && list.contains(focused))
    focused.focus({ preventScroll: true });
}
