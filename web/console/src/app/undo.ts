// Acts that can be taken back: sent after some seconds, or at once when the page is left.

import { Cell } from '@switchboard/shared/cell.ts';
import type { Cancel, Clock } from '@switchboard/shared/ports.ts';

export interface PendingAct {
  /** What it acts on; there is one at a time for each. */
  key: string;
  text: string;
  decided_at_ms: number;
}

interface Waiting extends PendingAct {
  send: (isLeaving: boolean) => void;
  cancel: Cancel;
}

/** For so long an act can be taken back. */
export const UNDO_MS = 6_000;

export class UndoList {
  readonly acts = new Cell<readonly PendingAct[]>([]);
  #clock: Clock;
  #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Repeating an act that waits changes nothing. */
  schedule(act: Omit<PendingAct, 'decided_at_ms'>, send: (isLeaving: boolean) => void): void {
    if (this.#waiting.has(act.key)) return;
    const cancel = this.#clock.after(UNDO_MS, () => this.#settle(act.key)?.send(false));
    const decidedAtMs = this.#clock.now_ms();
    this.#waiting.set(act.key, { ...act, decided_at_ms: decidedAtMs, send, cancel });
    this.#show();
  }

  undo(key: string): void {
    this.#settle(key);
  }

  /** The page is left: what was decided is done. */
  flush(): void {
    for (const key of [...this.#waiting.keys()]) this.#settle(key)?.send(true);
  }

  #settle(key: string): Waiting | undefined {
    const act = this.#waiting.get(key);
    this.#waiting.delete(key);
    act?.cancel();
    this.#show();
    return act;
  }

  #show(): void {
    this.acts.set(
      [...this.#waiting.values()].map(({ key, text, decided_at_ms }) => ({
        key,
        text,
        decided_at_ms,
      })),
    );
  }
}
