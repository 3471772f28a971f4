// Keeps a reader's place in a log while older rows are put above it.

interface Place {
  key: string;
  top_px: number;
}

/** Rows above are only estimated until they are drawn; a few frames later their heights are true. */
const FRAMES = 3;

function find(log: HTMLElement, key: string): HTMLElement | null {
  return log.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
}

/** Where the first row is on screen now; rows carry their key in `data-row`. */
export function notePlace(log: HTMLElement | null): Place | null {
  const first = log?.querySelector<HTMLElement>('[data-row]');
  if (!first?.dataset.row) return null;
  return { key: first.dataset.row, top_px: first.getBoundingClientRect().top };
}

/** The first row in view and how far below the top of the log it is, for a log that is drawn anew. */
export function notePlaceInView(log: HTMLElement): Place | null {
  const { top } = log.getBoundingClientRect();
  for (const row of log.querySelectorAll<HTMLElement>('[data-row]')) {
    const box = row.getBoundingClientRect();
    if (box.bottom > top && row.dataset.row) return { key: row.dataset.row, top_px: box.top - top };
  }
  return null;
}

/** Whether the row of that place is drawn; scrolls to it if so. */
export function goToPlace(log: HTMLElement, { key, top_px }: Place): boolean {
  if (!find(log, key)) return false;
  returnToPlace(log, { key, top_px: top_px + log.getBoundingClientRect().top });
  return true;
}

/** Scrolls so that the row is again where it was noted. */
export function returnToPlace(log: HTMLElement, place: Place, frames = FRAMES): void {
  const row = find(log, place.key);
  if (!row) return;
  log.scrollTop += row.getBoundingClientRect().top - place.top_px;
  if (frames > 0) requestAnimationFrame(() => returnToPlace(log, place, frames - 1));
}

/** Whether a reader follows the newest. Only going up lets go of it: rows that grow under them do not. */
export class Pin {
  isPinned = true;
  #top_px = 0;
  #height_px = 0;

  /** Looks where the log stands after it was scrolled, by whomever. */
  look({ scrollTop, scrollHeight, clientHeight }: HTMLElement, nearPx: number): void {
    if (scrollHeight - scrollTop - clientHeight < nearPx) this.isPinned = true;
    else if (scrollTop < this.#top_px && scrollHeight >= this.#height_px) this.isPinned = false;
    this.#note(scrollTop, scrollHeight);
  }

  /** The reader stands elsewhere, and no scrolling by hand said so. */
  release({ scrollTop, scrollHeight }: HTMLElement): void {
    this.isPinned = false;
    this.#note(scrollTop, scrollHeight);
  }

  /** Goes to the newest and stays there. Rows that shrink take the log up, and its own news of that come when they
   * may have grown again: it must not look as if the reader had gone. */
  toBottom(log: HTMLElement): void {
    log.scrollTop = log.scrollHeight;
    this.isPinned = true;
    this.#note(log.scrollTop, log.scrollHeight);
  }

  #note(topPx: number, heightPx: number): void {
    this.#top_px = topPx;
    this.#height_px = heightPx;
  }
}

/** Stays at the newest while pinned, though rows grow as they are drawn or the log itself shrinks. */
export function followBottom(log: HTMLElement, rows: HTMLElement, pin: Pin): () => void {
  const observer = new ResizeObserver(() => {
    if (pin.isPinned) pin.toBottom(log);
  });
  observer.observe(log);
  observer.observe(rows);
  return () => observer.disconnect();
}

export type { Place };
