// Which conversation this page shows, for the colleagues: told once it stays, and again after a reconnect.

import type { Cancel, Clock } from '@switchboard/shared/ports.ts';

/** Who goes through a list is not looking at each of it. */
const SETTLE_MS = 300;

export class Viewing {
  #clock: Clock;
  #tell: (id: string | null) => void;
  #shown: string | null = null;
  #told: string | null = null;
  #cancel: Cancel = () => {};

  constructor(clock: Clock, tell: (id: string | null) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** This conversation is on screen, or none is. */
  show(id: string | null): void {
    this.#shown = id;
    this.#cancel();
    this.#cancel = this.#clock.after(SETTLE_MS, () => this.#settle());
  }

  /** The hub knows nothing of it: the connection is new. */
  repeat(): void {
    this.#told = null;
    this.#settle();
  }

  stop(): void {
    this.#cancel();
  }

  #settle(): void {
    if (this.#shown === this.#told) return;
    this.#told = this.#shown;
    this.#tell(this.#shown);
  }
}
