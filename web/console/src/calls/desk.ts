// The one call that this agent is in: it goes on while they look at other pages.

import { Cell } from '@switchboard/shared/cell.ts';
import type { Call } from '@switchboard/shared/wire.ts';
import type { JoinedCall } from './open-call.ts';

/** What is known of a call before it is joined. */
export interface CallPlace {
  call_id: string;
  session_id: string;
  visitor_name: string;
}

export function placeOf({ id, session_id, visitor }: Call): CallPlace {
  return { call_id: id, session_id, visitor_name: visitor.name };
}

export type DeskState =
  | { kind: 'none' }
  | { kind: 'loading'; place: CallPlace }
  | { kind: 'not loaded'; place: CallPlace }
  /** Also after its end, when there is something to say about it. */
  | { kind: 'open'; place: CallPlace; call: JoinedCall };

export class Desk {
  readonly state = new Cell<DeskState>({ kind: 'none' });
  #me: string;
  /** Rises with every call, so that one that loads too late is not joined. */
  #life = 0;

  constructor(me: string) {
    this.#me = me;
  }

  /** The visitor who hears this agent, or waits for them; such a call is not left for another. */
  get held(): CallPlace | null {
    const state = this.state.get();
    return state.kind === 'open' && state.call.isMine() ? state.place : null;
  }

  /** To be called in a click or key press: only there may a page begin to sound. */
  join(place: CallPlace, wish: 'listen' | 'take'): void {
    const now = this.state.get();
    if (now.kind === 'open' && now.place.call_id === place.call_id && !now.call.isOver()) {
      if (wish === 'take') void now.call.take();
      return;
    }
    if (this.held) return;
    this.leave();
    const life = this.#life;
    this.state.set({ kind: 'loading', place });
    // At the device's own rate: Firefox refuses microphones of another rate than the context's.
    const context = new AudioContext();
    // Refused or not, the call looks after it from its first moment on.
    context.resume().catch(() => {});
    import('./open-call.ts').then(
      ({ openCall }) => {
        if (life !== this.#life) void context.close();
        else {
          const call = openCall({ context, place, me: this.#me, wish });
          this.state.set({ kind: 'open', place, call });
        }
      },
      () => {
        void context.close();
        if (life === this.#life) this.state.set({ kind: 'not loaded', place });
      },
    );
  }

  /** The agent goes; the call does not end with that. */
  leave(): void {
    this.#life += 1;
    const state = this.state.get();
    if (state.kind === 'open') state.call.leave();
    this.state.set({ kind: 'none' });
  }
}
