// The entries of one conversation, ordered by `seq`, without repeats and without holes.

import type { Entry } from './wire.ts';

/** What came of an entry. After a gap nothing more is taken until the missing entries are fetched. */
export type Arrival = { kind: 'shown' } | { kind: 'seen before' } | { kind: 'gap'; after: number };

export class Timeline {
  /** Invariant: ascending by `seq`, and each one's `prev` is the `seq` of the one before. */
  #entries: readonly Entry[] = [];
  #hasOlder = false;

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Whether the hub holds entries before the first one here. */
  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** The `seq` of the last entry, from which a resume goes on. */
  get position(): number {
    return this.#entries.at(-1)?.seq ?? 0;
  }

  add(entry: Entry): Arrival {
    return this.addAll([entry]);
  }

  /** Adds ascending entries; stops at the first gap, keeping what came before it. */
  addAll(entries: readonly Entry[]): Arrival {
    const fresh: Entry[] = [];
    let position = this.position;
    let gap = false;
    for (const entry of entries) {
      if (entry.seq <= position) continue;
      if (entry.prev !== position) {
        gap = true;
        break;
      }
      fresh.push(entry);
      position = entry.seq;
    }
    if (fresh.length > 0) this.#entries = [...this.#entries, ...fresh];
    if (gap) return { kind: 'gap', after: position };
    return fresh.length > 0 ? { kind: 'shown' } : { kind: 'seen before' };
  }

  /** Takes a fresh snapshot in place of everything known so far. */
  replace(entries: readonly Entry[], hasOlder: boolean): void {
    this.#entries = [...entries].sort((a, b) => a.seq - b.seq);
    this.#hasOlder = hasOlder;
  }

  /** Puts older entries, fetched on scrolling up, before the first one. */
  prepend(entries: readonly Entry[], hasOlder: boolean): void {
    const first = this.#entries[0]?.seq ?? Number.POSITIVE_INFINITY;
    const older = entries.filter((entry) => entry.seq < first).sort((a, b) => a.seq - b.seq);
    this.#entries = [...older, ...this.#entries];
    this.#hasOlder = hasOlder;
  }
}
