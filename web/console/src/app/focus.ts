// Tells the hub which conversation the agent looks at: of what they see they are told nothing.

import type { Connection } from '@switchboard/shared/connection.ts';

export class Focus {
  #connection: Pick<Connection, 'tell' | 'state'>;
  #isLooking: () => boolean;
  #shown: string | null = null;
  #told: string | null = null;

  constructor(connection: Pick<Connection, 'tell' | 'state'>, isLooking: () => boolean) {
    this.#connection = connection;
    this.#isLooking = isLooking;
  }

  /** Follows the connection: a new one knows nothing yet. Gives back how to stop. */
  start(): () => void {
    return this.#connection.state.subscribe((state) => {
      if (state.kind !== 'open' || state.draining) return;
      this.#told = null;
      this.refresh();
    });
  }

  /** A conversation is on the page. Gives back how it leaves. */
  show(conversationId: string): () => void {
    this.#shown = conversationId;
    this.refresh();
    return () => {
      if (this.#shown !== conversationId) return;
      this.#shown = null;
      this.refresh();
    };
  }

  /** The page got or lost the agent's attention. */
  refresh(): void {
    const looked = this.#isLooking() ? this.#shown : null;
    if (looked === this.#told || this.#connection.state.get().kind !== 'open') return;
    this.#told = looked;
    this.#connection.tell('session:focus', { session_id: looked });
  }
}
