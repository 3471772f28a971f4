// Keeps an audio context running without fighting the system for it.

import { Cell } from '../cell.ts';
import type { Cancel, Clock } from '../ports.ts';

/** The part of an AudioContext that can fall asleep. */
export interface Sleeper {
  readonly state: string;
  resume(): Promise<void>;
}

/** A resume that does nothing for so long needs a touch of the person. */
const PATIENCE_MS = 1_000;

export class Wake {
  /** Whether only the person can make it sound again, by a touch. */
  readonly needsTouch = new Cell(false);
  #context: Sleeper;
  #clock: Clock;
  #cancel: Cancel = () => {};

  constructor(context: Sleeper, clock: Clock) {
    this.#context = context;
    this.#clock = clock;
  }

  /** To be called at every change of the context's state and when the page is seen again, and in every touch. */
  look(): void {
    this.#cancel();
    const { state } = this.#context;
    // While a phone call or another app has the sound, iOS says `interrupted`; a context that is resumed then
    // stays silent for good. The system changes the state when it is over.
    if (state !== 'suspended') {
      this.needsTouch.set(false);
      return;
    }
    this.#cancel = this.#clock.after(PATIENCE_MS, () => this.#ask());
    this.#context.resume().catch(() => this.#ask());
  }

  stop(): void {
    this.#cancel();
  }

  #ask(): void {
    this.needsTouch.set(this.#context.state === 'suspended');
  }
}
