// Which rows the list draws, as what, and in which elements: while somebody scrolls only as many anew as a frame has time
// for. Elements of rows that leave the screen are used again, as making and removing them costs more than filling them.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';

/** A frame longer than this is felt. */
const LONG_MS = 24;
const SHORT_MS = 12;
/** More than a screen has. */
const MOST = 64;
/** Before it is known how fast the computer is. */
const FIRST = 6;
/** Where nobody scrolls a place may stand empty for a frame less readily: most of what a screen has. */
const CALM = 8;

export interface DrawnRow {
  /** Names the element: rows keep theirs for as long as they are drawn. */
  slot: number;
  /** As it is drawn, which may be older than it is. */
  conversation: ConversationSummary;
}

export interface Drawing {
  /** Of the rows that have a place, those that are drawn, by the ids of their conversations. */
  rows: ReadonlyMap<string, DrawnRow>;
  /** Have left the screen, and their elements wait for rows that come with the next frames. */
  parked: readonly DrawnRow[];
  /** Drawn anew. */
  made_count: number;
  /** Whether something is left for the next frame. */
  is_pending: boolean;
}

export interface Wanted {
  /** The rows that have a place, in the order in which they are needed. */
  conversations: readonly ConversationSummary[];
  isScrolling: boolean;
  /** The row that has the focus: its element goes with it, and no other row inherits the focus. */
  focused: string | null;
}

export class DrawnRows {
  #count = FIRST;
  #rows = new Map<string, DrawnRow>();
  #parked: DrawnRow[] = [];
  #nextSlot = 0;

  /** What is drawn now: as many of the new and changed rows as may be drawn at once, and the others as they were. */
  choose({ conversations, isScrolling, focused }: Wanted): Drawing {
    const known = new Map([...this.#parked, ...this.#rows.values()].map((it) => [idOf(it), it]));
    const placed = new Set(conversations.map((it) => it.id));
    const gone = [...known.values()].filter((it) => !placed.has(idOf(it)) && idOf(it) !== focused);
    const free = isScrolling ? gone : [];
    const missing = conversations.filter((it) => !known.has(it.id));
    const old = conversations.filter((it) => {
      const drawn = known.get(it.id);
      return drawn && drawn.conversation !== it;
    });
    const due = [...missing, ...old];
    const most = isScrolling ? this.#count : Math.max(CALM, this.#count);
    const now = new Set(due.slice(0, most));
    this.#rows = new Map();
    for (const conversation of conversations) {
      const drawn = known.get(conversation.id);
      if (now.has(conversation)) {
        const slot = drawn?.slot ?? free.pop()?.slot ?? this.#nextSlot++;
        this.#rows.set(conversation.id, { slot, conversation });
      } else if (drawn) {
        this.#rows.set(conversation.id, drawn);
      }
    }
    this.#parked = free.slice(0, conversations.length - this.#rows.size);
    return {
      rows: this.#rows,
      parked: this.#parked,
      made_count: now.size,
      is_pending: now.size < due.length,
    };
  }

  /** So many rows drawn anew made a frame take so long. */
  took(madeCount: number, frameMs: number): void {
    const inFrameOf = (ms: number) => Math.floor((madeCount * ms) / frameMs);
    if (frameMs > LONG_MS) this.#count = Math.max(1, inFrameOf(LONG_MS));
    // A short frame with few rows says nothing of more.
    else if (frameMs < SHORT_MS && madeCount >= this.#count)
      this.#count = Math.min(MOST, Math.max(madeCount + 1, inFrameOf(SHORT_MS)));
  }
}

function idOf({ conversation }: DrawnRow): string {
  return conversation.id;
}
