// Whichever tab dies, sleeps or wakes, every tab ends with exactly the log, nothing is sent twice, and one is connected.

import { Cell } from '@switchboard/shared/cell.ts';
import { Connection } from '@switchboard/shared/connection.ts';
import { Outbox } from '@switchboard/shared/outbox.ts';
import type { Clock, Socket } from '@switchboard/shared/ports.ts';
import { Room } from '@switchboard/shared/room.ts';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../../shared/test/fake-clock.ts';
import { MemoryStore } from '../../../shared/test/memory-store.ts';
import { AGENT, ModelHub, SESSION, VISITOR } from '../../../shared/test/model-hub.ts';
import type { ChatState } from '../chat/chat.ts';
import './follower.ts';
import './relay.ts';
import type { Channel, Locks, Said } from './share-wire.ts';
import { Sharing } from './sharing.ts';

const SEED = 20261129;

/** Whether a tab runs: what falls due in one that sleeps is done when it wakes, in one that is dead never. */
class Life {
  #isAsleep = false;
  #isDead = false;
  #due: (() => void)[] = [];

  run(act: () => void): void {
    if (this.#isDead) return;
    if (this.#isAsleep) this.#due.push(act);
    else act();
  }

  sleep(): void {
    this.#isAsleep = true;
  }

  wake(): void {
    this.#isAsleep = false;
    for (const act of this.#due.splice(0)) this.run(act);
  }

  end(): void {
    this.#isDead = true;
  }
}

interface Request {
  life: Life;
  hold: (lock: Lock | null) => unknown;
  reject: (error: Error) => void;
  resolve: (value: unknown) => void;
}

/** The browser's locks: one holder, and those who wait. */
class FakeLocks {
  #holders = new Map<string, Request>();
  #queues = new Map<string, Request[]>();

  of(life: Life): Locks {
    const request = (name: string, options: LockOptions, hold: (lock: Lock | null) => unknown) =>
      new Promise((resolve, reject) => {
        this.#request(name, options, { life, hold, resolve, reject });
      });
    return { request } as unknown as Locks;
  }

  /** A dead tab holds nothing and waits for nothing. */
  free(life: Life): void {
    for (const [name, queue] of this.#queues) {
      this.#queues.set(
        name,
        queue.filter((it) => it.life !== life),
      );
    }
    for (const [name, holder] of this.#holders) if (holder.life === life) this.#next(name);
  }

  #request(name: string, { ifAvailable, steal, signal }: LockOptions, request: Request): void {
    const holder = this.#holders.get(name);
    if (steal && holder) {
      holder.life.run(() => holder.reject(new Error('stolen')));
      this.#grant(name, request);
    } else if (!holder) this.#grant(name, request);
    else if (ifAvailable) request.life.run(() => request.resolve(request.hold(null)));
    else {
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, [...queue, request]);
      signal?.addEventListener('abort', () => {
        const left = (this.#queues.get(name) ?? []).filter((it) => it !== request);
        this.#queues.set(name, left);
        request.reject(new Error('aborted'));
      });
    }
  }

  #grant(name: string, request: Request): void {
    this.#holders.set(name, request);
    queueMicrotask(() =>
      request.life.run(() => {
        const held = Promise.resolve(request.hold({ name } as Lock));
        void held.then((value) => {
          request.resolve(value);
          if (this.#holders.get(name) === request) this.#next(name);
        });
      }),
    );
  }

  #next(name: string): void {
    this.#holders.delete(name);
    const [next, ...others] = this.#queues.get(name) ?? [];
    this.#queues.set(name, others);
    if (next) this.#grant(name, next);
  }
}

class FakeChannels {
  #open = new Set<{ name: string; channel: Channel; life: Life }>();

  of(life: Life): (name: string) => Channel {
    return (name) => {
      const channel: Channel = {
        onmessage: null,
        postMessage: (said) => this.#post(mine, said),
        close: () => void this.#open.delete(mine),
      };
      const mine = { name, channel, life };
      this.#open.add(mine);
      return channel;
    };
  }

  #post(from: { name: string }, said: Said): void {
    for (const it of this.#open) {
      if (it === from || it.name !== from.name) continue;
      queueMicrotask(() =>
        it.life.run(() => {
          if (this.#open.has(it)) it.channel.onmessage?.({ data: structuredClone(said) });
        }),
      );
    }
  }
}

/** Lets everything go on that waits for no time. */
const { port1, port2 } = new MessageChannel();
const turnOver = () =>
  new Promise<void>((go) => {
    port1.onmessage = () => go();
    port2.postMessage(null);
  });
afterAll(() => port1.close());

class House {
  readonly hub = new ModelHub();
  readonly clock = new FakeClock();
  readonly locks = new FakeLocks();
  readonly channels = new FakeChannels();
  ids = 0;

  newId = (): string => `id-${++this.ids}`;

  /** Lets what needs promises, and parts that are loaded, go on; then the time. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      if (left % 10_000 === 0) this.hub.say('heartbeat', {});
      for (let turn = 0; turn < 3; turn += 1) await turnOver();
      await this.clock.advance(Math.min(500, left));
    }
    for (let turn = 0; turn < 3; turn += 1) await turnOver();
  }
}

class Tab {
  readonly life = new Life();
  readonly connection: Connection;
  readonly room: Room;
  readonly outbox: Outbox;
  readonly store: MemoryStore;
  #house: House;
  #sockets: Socket[] = [];

  /** How often it connected by itself. */
  get socket_count(): number {
    return this.#sockets.length;
  }

  constructor(house: House, store: MemoryStore, share: typeof Sharing = Sharing) {
    this.#house = house;
    this.store = store;
    const { life } = this;
    const clock: Clock = {
      now_ms: () => house.clock.now_ms(),
      after: (delayMs, run) => house.clock.after(delayMs, () => life.run(run)),
    };
    const random = () => 0.5;
    const state = new Cell({ visitor: VISITOR, room: null } as unknown as ChatState);
    const sharing = new share({
      scope: 'script and channel',
      locks: house.locks.of(life),
      openChannel: house.channels.of(life),
      openSocket: () => this.#openSocket(),
      clock,
      random,
      newId: house.newId,
    });
    let openSocket = this.#openSocket;
    this.connection = new Connection({
      url: 'ws://hub/ws',
      client: 'test/1',
      client_id: house.newId(),
      token: async () => {
        openSocket = (await sharing.prepare(this.connection, state)) as typeof openSocket;
        return 'token';
      },
      openSocket: () => openSocket('ws://hub/ws'),
      clock,
      random,
    });
    this.connection.state.subscribe(() => sharing.rest(this.connection));
    this.room = new Room(SESSION, this.connection, clock);
    state.update((it) => ({ ...it, room: this.room }));
    this.outbox = new Outbox({
      connection: this.connection,
      clock,
      random,
      newId: house.newId,
      store,
      scope: 's',
    });
    this.room.view.subscribe((view) => this.outbox.settle(SESSION, view.entries));
    this.connection.start();
    this.room.open();
  }

  /** As browsers end tabs: nothing is said to anybody. */
  kill(): void {
    this.life.end();
    for (const socket of this.#sockets) socket.close();
    this.#house.locks.free(this.life);
  }

  #openSocket = (_url = ''): Socket => {
    const real = this.#house.hub.open();
    this.#sockets.push(real);
    const socket: Socket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text) => real.send(text),
      close: () => real.close(),
    };
    real.onopen = () => this.life.run(() => socket.onopen?.());
    real.onmessage = (message) => this.life.run(() => socket.onmessage?.(message));
    real.onclose = (close) => this.life.run(() => socket.onclose?.(close));
    return socket;
  };
}

type Step =
  | { kind: 'open' | 'kill' | 'sleep' | 'wake' | 'send'; tab: number }
  | { kind: 'agent writes'; count: number }
  | { kind: 'cut' }
  | { kind: 'wait'; ms: number };

const TABS = 4;
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constantFrom('open', 'send', 'send', 'kill', 'sleep', 'wake', 'open'),
      tab: fc.integer({ min: 0, max: TABS - 1 }),
    }) as fc.Arbitrary<Step>,
  },
  fc.record({
    kind: fc.constant('agent writes' as const),
    count: fc.integer({ min: 1, max: 14 }),
  }),
  fc.constant<Step>({ kind: 'cut' }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.integer({ min: 0, max: 12_000 }),
    }),
  },
);

async function play(steps: readonly Step[]) {
  const house = new House();
  const stores = Array.from({ length: TABS }, () => new MemoryStore());
  const tabs: (Tab | null)[] = stores.map(() => null);
  const sent: string[][] = stores.map(() => []);
  const open = (at: number) => {
    tabs[at] ??= new Tab(house, stores[at] ?? new MemoryStore());
  };
  for (const it of steps) {
    if (it.kind === 'agent writes') {
      for (let n = 0; n < it.count; n += 1) house.hub.append(AGENT, `agent ${n}`, 'message', null);
    } else if (it.kind === 'cut') house.hub.cutAll();
    else if (it.kind === 'wait') await house.pass(it.ms);
    else {
      const tab = tabs[it.tab];
      if (it.kind === 'open') open(it.tab);
      else if (it.kind === 'kill') {
        tab?.kill();
        tabs[it.tab] = null;
      } else if (it.kind === 'sleep') tab?.life.sleep();
      else if (it.kind === 'wake') tab?.life.wake();
      else if (tab) {
        tab.life.run(() => {
          const text = `tab ${it.tab}: ${sent[it.tab]?.length}`;
          sent[it.tab]?.push(text);
          tab.outbox.add(SESSION, text);
        });
      }
    }
  }
  for (const tab of tabs) tab?.life.wake();
  for (const at of stores.keys()) open(at);
  await house.pass(130_000);
  house.hub.append(AGENT, 'the last word', 'message', null);
  // Told live: nobody has to come back for it.
  await house.pass(2_000);
  return { house, tabs, sent };
}

describe('a shared connection', () => {
  it('ends with exactly the log in every tab, each message once, and one connection', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { house, tabs, sent } = await play(steps);

        for (const tab of tabs) {
          const shown = tab?.room.view.get().entries ?? [];
          expect(shown).toEqual(house.hub.visible.slice(-shown.length));
          expect(shown.at(-1)?.content).toBe('the last word');
          expect(tab?.outbox.items.get()).toEqual([]);
        }
        const said = house.hub.visible
          .filter((it) => it.role === 'visitor')
          .map((it) => it.content);
        for (const [at, mine] of sent.entries()) {
          expect(said.filter((it) => it.startsWith(`tab ${at}:`))).toEqual(mine);
        }
        expect(house.hub.open_count).toBe(1);
      }),
      { seed: SEED, numRuns: 40 },
    );
  }, 60_000);

  it('is one for each tab where the part that shares it cannot be loaded', async () => {
    vi.resetModules();
    vi.doMock('./relay.ts', () => {
      throw new Error('it is not there');
    });
    const { Sharing: Lone } = await import('./sharing.ts');
    const house = new House();
    const tabs = [1, 2, 3].map(() => new Tab(house, new MemoryStore(), Lone));
    const settle = async () => {
      for (let turn = 0; turn < 10; turn += 1) {
        await house.pass(10_000);
        await vi.dynamicImportSettled();
      }
    };
    await settle();
    const counts = tabs.map((it) => it.socket_count);
    expect(house.hub.open_count).toBeGreaterThan(1);
    await settle();
    expect(tabs.map((it) => it.socket_count)).toEqual(counts);
    house.hub.append(AGENT, 'for all', 'message', null);
    await house.pass(2_000);
    for (const tab of tabs) expect(tab.room.view.get().entries.at(-1)?.content).toBe('for all');
    vi.doUnmock('./relay.ts');
  });
});
