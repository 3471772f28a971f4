// How many rows are made anew before the browser draws, so that scrolling stays smooth on a slow computer too.

/** A frame longer than this is felt. */
const LONG_MS = 24;
const SHORT_MS = 12;
/** More than a screen has. */
const MOST = 64;
/** Before it is known how fast the computer is. */
const FIRST = 6;

export class RowBudget {
  #count = FIRST;
  #made = new Set<string>();
  /** Made anew by the last choice. */
  made_count = 0;

  /**
   * Which rows are drawn whole now: those that were, and of the others all, or while somebody scrolls as many as may be made
   * at once. `ids`: the rows that have a place, in the order in which they are needed.
   */
  choose(ids: readonly string[], isScrolling: boolean): ReadonlySet<string> {
    const most = isScrolling ? this.#count : ids.length;
    const had = this.#made;
    this.#made = new Set();
    this.made_count = 0;
    for (const id of ids) {
      if (!had.has(id)) {
        if (this.made_count >= most) continue;
        this.made_count += 1;
      }
      this.#made.add(id);
    }
    return this.#made;
  }

  /** So many rows made a frame take so long. */
  took(madeCount: number, frameMs: number): void {
    if (frameMs > LONG_MS) this.#count = Math.max(1, Math.floor((madeCount * LONG_MS) / frameMs));
    else if (frameMs < SHORT_MS) this.#count = Math.min(MOST, this.#count + 1);
  }
}
