// Messages that can be taken back: handed on after some seconds, or at once where the agent goes elsewhere.

import { Cell } from '@switchboard/shared/cell.ts';
import type { OutboxExtra } from '@switchboard/shared/outbox.ts';
import type { Picture } from '@switchboard/shared/pictures.ts';
import type { Cancel, Clock } from '@switchboard/shared/ports.ts';

export interface HeldSend {
  number: number;
  session_id: string;
  content: string;
  extra: OutboxExtra;
  /** The pictures it names, as they were picked. */
  pictures: readonly Picture<File>[];
  sends_at_ms: number;
}

/** For so long a message can be taken back. */
export const HOLD_MS = 5_000;

export class HeldSends {
  readonly items = new Cell<readonly HeldSend[]>([]);
  #clock: Clock;
  #send: (item: HeldSend, isLeaving: boolean) => void;
  #cancels = new Map<number, Cancel>();
  #number = 0;

  constructor(clock: Clock, send: (item: HeldSend, isLeaving: boolean) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Holds a message; what was held before it in its conversation goes first. */
  hold(
    sessionId: string,
    content: string,
    extra: OutboxExtra,
    pictures: readonly Picture<File>[] = [],
  ): void {
    this.#number += 1;
    const number = this.#number;
    const sendsAtMs = this.#clock.now_ms() + HOLD_MS;
    const item = {
      number,
      session_id: sessionId,
      content,
      extra,
      pictures,
      sends_at_ms: sendsAtMs,
    };
    this.items.update((items) => [...items, item]);
    this.#cancels.set(
      number,
      this.#clock.after(HOLD_MS, () => this.#release((it) => it.number === number, false)),
    );
  }

  /** What is held of a conversation, oldest first. */
  contentsOf(sessionId: string): string[] {
    return this.items
      .get()
      .filter((it) => it.session_id === sessionId)
      .map((it) => it.content);
  }

  /** Takes the newest message of a conversation back. */
  undo(sessionId: string): HeldSend | null {
    const item = this.items.get().findLast((it) => it.session_id === sessionId);
    if (!item) return null;
    this.#drop(item);
    return item;
  }

  /** Sends what is held of a conversation now. */
  flush(sessionId: string): void {
    this.#release((it) => it.session_id === sessionId, false);
  }

  /** The page is left, or not seen any more: nothing is lost. */
  flushAll(): void {
    this.#release(() => true, true);
  }

  #release(isMeant: (item: HeldSend) => boolean, isLeaving: boolean): void {
    for (const item of this.items.get().filter(isMeant)) {
      this.#drop(item);
      this.#send(item, isLeaving);
    }
  }

  #drop({ number }: HeldSend): void {
    this.#cancels.get(number)?.();
    this.#cancels.delete(number);
    this.items.update((items) => items.filter((it) => it.number !== number));
  }
}
