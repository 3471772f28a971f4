// Files of canned replies on their way into messages: how many of each conversation, so that none is sent without them.

import { Cell } from '@switchboard/shared/cell.ts';

export class ComingFiles {
  /** By the ids of conversations; without those that wait for none. */
  readonly counts = new Cell<Readonly<Record<string, number>>>({});

  /** Hands the files on once all are there. Rejects where one of them cannot be had. */
  async take(
    sessionId: string,
    coming: readonly Promise<File>[],
    onFiles: (files: File[]) => void,
  ): Promise<void> {
    this.#count(sessionId, coming.length);
    try {
      onFiles(await Promise.all(coming));
    } finally {
      this.#count(sessionId, -coming.length);
    }
  }

  #count(sessionId: string, change: number): void {
    this.counts.update(({ [sessionId]: before = 0, ...others }) => {
      const count = before + change;
      return count > 0 ? { ...others, [sessionId]: count } : others;
    });
  }
}
