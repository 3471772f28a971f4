// Events that wait for their answer, by the id they were sent with.

import { Failure } from './errors.ts';
import type { Cancel, Clock } from './ports.ts';
import type { ClientEvents, WireError } from './wire.ts';

/** The hub answers in milliseconds; this long without an answer means that the connection is dead. */
const ANSWER_TIMEOUT_MS = 15_000;

interface Waiting {
  resolve: (data: never) => void;
  reject: (failure: Failure) => void;
  cancelTimeout: Cancel;
}

export class Questions {
  #clock: Clock;
  #onSilence: () => void;
  #waiting = new Map<number, Waiting>();
  #last_id = 0;

  constructor(clock: Clock, onSilence: () => void) {
    this.#clock = clock;
    this.#onSilence = onSilence;
  }

  ask<E extends keyof ClientEvents>(
    event: E,
    data: ClientEvents[E]['data'],
    send: (text: string) => void,
  ): Promise<ClientEvents[E]['ack']> {
    this.#last_id += 1;
    const id = this.#last_id;
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.#clock.after(ANSWER_TIMEOUT_MS, () => {
        this.#waiting.delete(id);
        reject(new Failure('timeout', 'the hub did not answer', { retry: true }));
        this.#onSilence();
      });
      this.#waiting.set(id, { resolve, reject, cancelTimeout });
      send(JSON.stringify({ event, id, data }));
    });
  }

  answer(id: number, data: unknown, error: WireError | null): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.cancelTimeout();
    if (error) waiting.reject(Failure.fromWire(error));
    else waiting.resolve(data as never);
  }

  failAll(failure: Failure): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) {
      waiting.cancelTimeout();
      waiting.reject(failure);
    }
  }
}
