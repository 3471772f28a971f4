// A tab's side of a connection that another tab has: a socket that speaks through that tab.

import type {
  Cancel,
  Clock,
  NewId,
  OpenSocket,
  Random,
  Socket,
} from '@switchboard/shared/ports.ts';
import type { Channel, Said } from './share-wire.ts';

export interface FollowPorts {
  channel: () => Channel;
  as: string;
  /** Asks for the lock of whoever has the connection. */
  take: (options: LockOptions) => Promise<boolean>;
  clock: Clock;
  random: Random;
  newId: NewId;
}

/** Nobody answers for so long: the tab that has the connection sleeps or hangs. */
const SILENT_MS = 3_000;
/** Not all tabs lose patience in the same moment. */
const SPREAD_MS = 2_000;
const LOST_CODE = 1006;

export function follow(ports: FollowPorts): OpenSocket {
  return () => new FollowerSocket(ports);
}

class FollowerSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;
  #ports: FollowPorts;
  #id: string;
  #channel: Channel;
  #isIn = false;
  #isOver = false;
  #waiting = new AbortController();
  #cancel: Cancel = () => {};

  constructor(ports: FollowPorts) {
    this.#ports = ports;
    this.#id = ports.newId();
    this.#channel = ports.channel();
    this.#channel.onmessage = ({ data }) => this.#take(data);
    this.#knock();
    // The next to have the connection, when that tab goes.
    this.#inherit({ signal: this.#waiting.signal });
  }

  send(text: string): void {
    if (!this.#isOver) this.#channel.postMessage({ kind: 'ask', from: this.#id, text });
  }

  close(): void {
    if (this.#isOver) return;
    this.#channel.postMessage({ kind: 'bye', from: this.#id });
    this.#isOver = true;
    this.#cancel();
    this.#waiting.abort();
    this.#channel.close();
  }

  #take(said: Said): void {
    if (this.#isOver) return;
    if (said.kind === 'lead') this.#lead();
    else if ('to' in said && (said.to === this.#id || said.to === null)) this.#hear(said);
  }

  #hear(said: Extract<Said, { to: string | null }>): void {
    if (said.kind === 'gone') this.#end();
    else if (said.kind === 'tell') {
      if (this.#isIn) this.onmessage?.({ data: said.text });
    } else {
      // There is somebody; how long they may take is the connection's own patience.
      this.#cancel();
      if (said.kind === 'here' && !this.#isIn) {
        this.#isIn = true;
        this.onopen?.();
      }
    }
  }

  /** Whoever was spoken to has the connection no more. */
  #lead(): void {
    if (this.#isIn) this.#end();
    else this.#knock();
  }

  #knock(): void {
    const { clock, random, as } = this.#ports;
    this.#cancel();
    this.#cancel = clock.after(SILENT_MS + random() * SPREAD_MS, () =>
      this.#inherit({ steal: true }),
    );
    this.#channel.postMessage({ kind: 'knock', from: this.#id, as });
  }

  #inherit(options: LockOptions): void {
    this.#ports.take(options).then(
      (leads) => {
        if (leads) this.#end();
      },
      () => {
        // Given up, or taken by another tab meanwhile, which says so.
      },
    );
  }

  #end(): void {
    if (this.#isOver) return;
    const { onclose } = this;
    this.close();
    onclose?.({ code: LOST_CODE, reason: '' });
  }
}
