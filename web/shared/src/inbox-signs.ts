// Who views and who types in the conversations of the inbox, as the hub last said it.

import { Cell } from './cell.ts';
import type { Signs } from './wire.ts';

export type SignsById = Readonly<Record<string, Signs>>;

export class InboxSigns {
  readonly state = new Cell<SignsById>({});
  /** What came since the whole was asked for: newer than the answer, which may come after it. Null while nobody asks. */
  #news: Map<string, Signs> | null = null;

  /** Everything is asked for again. */
  begin(): void {
    this.#news = new Map();
  }

  /** There is no answer. */
  end(): void {
    this.#news = null;
  }

  take(signs: Signs): void {
    this.#news?.set(signs.session_id, signs);
    this.state.update(({ [signs.session_id]: _, ...others }) =>
      isQuiet(signs) ? others : { ...others, [signs.session_id]: signs },
    );
  }

  /** Everything there was when it was asked for. */
  replace(all: readonly Signs[]): void {
    const latest = new Map([
      ...all.map((it) => [it.session_id, it] as const),
      ...(this.#news ?? []),
    ]);
    const shown = [...latest].filter(([, signs]) => !isQuiet(signs));
    this.state.set(Object.fromEntries(shown));
    this.end();
  }
}

function isQuiet({ viewing, typing }: Signs): boolean {
  return viewing.length === 0 && typing.length === 0;
}
