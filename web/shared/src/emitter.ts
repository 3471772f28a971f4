// Named events with typed data. One listener that throws does not keep the others from hearing.

export class Emitter<Events> {
  #listeners = new Map<keyof Events, Set<(data: never) => void>>();

  on<E extends keyof Events>(event: E, listener: (data: Events[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(event, listeners);
    return () => {
      listeners.delete(listener);
    };
  }

  emit<E extends keyof Events>(event: E, data: Events[E]): void {
    const listeners = this.#listeners.get(event);
    if (!listeners) return;
    const failures: unknown[] = [];
    for (const listener of [...listeners]) {
      try {
        listener(data as never);
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
