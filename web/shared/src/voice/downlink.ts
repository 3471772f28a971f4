// Frames on their way to the ear: which are of the past, and which line each belongs to.

import { type AudioFrame, FLAG, isOlderGeneration, KIND } from './audio-frame.ts';
import type { LineName } from './call-ports.ts';
import type { Piece } from './playout.ts';

export type Sorted =
  | { kind: 'old' }
  /** `isNewer`: everything before it is over, although nobody said so yet. */
  | { kind: 'sound'; line: LineName; piece: Piece; isNewer: boolean };

const OLD: Sorted = { kind: 'old' };

export class Downlink {
  /** The generation of each line; null until it is known. The hub's own line is paced and cleared. */
  #generations = new Map<LineName, number>();

  sort(frame: AudioFrame): Sorted {
    const line = frame.kind === KIND.monitor ? frame.track : 'main';
    const known = this.#generations.get(line);
    if (known !== undefined && isOlderGeneration(frame.generation, known)) return OLD;
    this.#generations.set(line, frame.generation);
    const isLast = (frame.flags & FLAG.last) !== 0;
    return {
      kind: 'sound',
      line,
      piece: { item: frame.item, generation: frame.generation, isLast },
      isNewer: known !== undefined && known !== frame.generation,
    };
  }

  /** The hub says that everything older is over. False when that is known already. */
  clear(generation: number): boolean {
    const known = this.#generations.get('main');
    const isKnown =
      known !== undefined && (known === generation || isOlderGeneration(generation, known));
    if (!isKnown) this.#generations.set('main', generation);
    return !isKnown;
  }
}
