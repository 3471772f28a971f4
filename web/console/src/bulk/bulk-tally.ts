// How far an act in many conversations is: it counts conversations, of which one may need several requests.

import type { BulkBody } from '@switchboard/shared/wire.ts';

export class BulkTally {
  /** How many requests are still to be done for each. */
  readonly #open = new Map<string, number>();
  readonly #refused = new Set<string>();
  readonly #lost = new Set<string>();

  constructor(parts: readonly BulkBody[]) {
    for (const id of parts.flatMap((it) => it.session_ids))
      this.#open.set(id, (this.#open.get(id) ?? 0) + 1);
  }

  get total(): number {
    return this.#open.size;
  }

  isRefused(id: string): boolean {
    return this.#refused.has(id);
  }

  /** One request for it is done; whether that was the last. */
  settle(id: string): boolean {
    const open = (this.#open.get(id) ?? 1) - 1;
    this.#open.set(id, open);
    return open === 0;
  }

  /** What was refused once is left alone from then on. `isLost`: nobody said no, the server was not reached. */
  refuse(id: string, isLost: boolean): void {
    this.#refused.add(id);
    if (isLost) this.#lost.add(id);
  }

  /** Those that were not tried to the end. */
  left(): string[] {
    return [...this.#open].flatMap(([id, open]) => (open > 0 && !this.isRefused(id) ? [id] : []));
  }

  /** Those that were not tried, or in vain: to be picked again. */
  toDoAgain(): string[] {
    return [...this.#lost, ...this.left()];
  }
}
