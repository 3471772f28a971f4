// What can be done now: whatever is on screen offers its acts here, and keys and command palette find them.

import type { Params } from '@switchboard/shared/i18n.ts';
import { type ActId, actOf } from './act-table.ts';

export interface Offered {
  id: ActId;
  /** Tells several of one act apart, such as the colleagues to assign to. */
  of?: string;
  params?: Params;
  run: () => void;
}

/** The same act keeps its name from one day to the next. */
export function nameOf({ id, of }: Offered): string {
  return of === undefined ? id : `${id} ${of}`;
}

type Offer = () => readonly Offered[];

export class ActBoard {
  readonly #offers = new Set<Offer>();

  /** Returns how to take the offer back. */
  offer(offer: Offer): () => void {
    this.#offers.add(offer);
    return () => this.#offers.delete(offer);
  }

  list(): readonly Offered[] {
    return [...this.#offers].flatMap((offer) => offer());
  }

  find(name: string): Offered | undefined {
    return this.list().find((it) => nameOf(it) === name);
  }

  /** Runs the act whose key was pressed; what was offered last goes first. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.repeat) return;
    const act = this.list().findLast(({ id }) => actOf(id).key?.is(event));
    if (!act) return;
    event.preventDefault();
    act.run();
  }
}
