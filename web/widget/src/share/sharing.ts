// One connection for all tabs of a visitor: the tab that holds a lock has it, the others speak through that tab. Where
// the browser has no locks, every tab has its own.

import {
  browserClock,
  newBrowserId,
  openBrowserSocket,
} from '@switchboard/shared/browser/ports.ts';
import type { Cell } from '@switchboard/shared/cell.ts';
import type { Connection } from '@switchboard/shared/connection.ts';
import type { Cancel, Clock, NewId, OpenSocket, Random } from '@switchboard/shared/ports.ts';
import type { ChatState } from '../chat/chat.ts';
import type { Relay } from './relay.ts';
import type { Channel, Locks, OpenChannel } from './share-wire.ts';

export interface SharePorts {
  /** Tabs with the same have the same script and channel. */
  scope: string;
  locks: Locks;
  openChannel: OpenChannel;
  openSocket: OpenSocket;
  clock: Clock;
  random: Random;
  newId: NewId;
}

/** In a browser. Another version of this script shares with its like. */
export function shareOf(channelKey: string): Sharing {
  return new Sharing({
    scope: `${import.meta.url} ${channelKey}`,
    locks: navigator.locks,
    openChannel: (name) => new BroadcastChannel(name) as Channel,
    openSocket: openBrowserSocket,
    clock: browserClock,
    random: Math.random,
    newId: newBrowserId,
  });
}

export class Sharing {
  #ports: SharePorts;
  #name = '';
  /** Gives the lock back; null where another tab has it. */
  #release: (() => void) | null = null;
  /** What others would be let in with could not be loaded: this tab has its own connection from then on. */
  #isAlone = false;

  constructor(ports: SharePorts) {
    this.#ports = ports;
  }

  /** Called before every try to connect. Returns the way to this tab's own connection, or to that of another. */
  async prepare(connection: Connection, state: Cell<ChatState>): Promise<OpenSocket> {
    const { scope, openChannel, openSocket } = this.#ports;
    const { visitor } = state.get();
    const name = `${scope} ${visitor?.id}`;
    if (name !== this.#name) this.#letGo();
    this.#name = name;
    if (this.#release || this.#isAlone) return openSocket;
    const alone = () => {
      this.#isAlone = true;
      this.#letGo();
    };
    const begin = () => lead(connection, openChannel(name), state, alone);
    const take = (options: LockOptions) => this.#take(options, connection, begin);
    try {
      if (await take({ ifAvailable: true })) return openSocket;
      const { follow } = await import('./follower.ts');
      const as = visitor?.name ?? '';
      return follow({ ...this.#ports, channel: () => openChannel(name), as, take });
    } catch {
      // Some pages may not have locks, and the part may not be there: the connection is this tab's own.
      return openSocket;
    }
  }

  /** The connection rests: another tab may have it. One that begins anew at once is kept. */
  rest(connection: Connection): void {
    if (!isWanted(connection)) this.#letGo();
  }

  #letGo(): void {
    this.#release?.();
    this.#release = null;
  }

  /** Resolves once this tab has the lock, or not: then with false. */
  #take(options: LockOptions, connection: Connection, begin: () => Cancel): Promise<boolean> {
    const name = this.#name;
    return new Promise((resolve, reject) => {
      let mine: (() => void) | null = null;
      const hold = (lock: Lock | null) => {
        // Who does not want a connection any more keeps nobody else from it.
        if (!lock || name !== this.#name || !isWanted(connection)) return resolve(false);
        return new Promise<void>((letGo) => {
          const stop = begin();
          mine = () => {
            stop();
            letGo();
          };
          this.#release = mine;
          resolve(true);
        });
      };
      this.#ports.locks.request(name, options, hold).catch((error: unknown) => {
        reject(error);
        // Another tab has heard nothing of this one for long, and has the lock now.
        if (mine && mine === this.#release) {
          this.#letGo();
          connection.lost();
        }
      });
    });
  }
}

function isWanted(connection: Connection): boolean {
  const { kind } = connection.state.get();
  return kind !== 'idle' && kind !== 'stopped';
}

/** Other tabs are let in once there are any, or it is `alone`. Returns the way to stop. */
function lead(
  connection: Connection,
  channel: Channel,
  state: Cell<ChatState>,
  alone: () => void,
): Cancel {
  let relay: Promise<Relay> | null = null;
  channel.onmessage = ({ data }) => {
    relay ??= import('./relay.ts').then(
      ({ Relay }) => new Relay(connection, channel, state.get().room?.id ?? null),
    );
    relay.then((it) => it.take(data), alone);
  };
  channel.postMessage({ kind: 'lead' });
  return () => {
    channel.close();
    relay?.then((it) => it.stop()).catch(() => {});
  };
}
