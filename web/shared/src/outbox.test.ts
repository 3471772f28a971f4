import { describe, expect, it } from 'vitest';
import { FakeClock } from '../test/fake-clock.ts';
import { MemoryStore } from '../test/memory-store.ts';
import { ModelHub, SESSION } from '../test/model-hub.ts';
import { Connection } from './connection.ts';
import { Outbox } from './outbox.ts';

function start(hub: ModelHub, clock: FakeClock, store: MemoryStore) {
  let ids = 0;
  const random = () => 0.5;
  const connection = new Connection({
    url: 'ws://hub/ws',
    client: 'test/1',
    client_id: 'tab-1',
    token: () => Promise.resolve('token'),
    openSocket: hub.open,
    clock,
    random,
  });
  const newId = () => `id-${++ids}`;
  const outbox = new Outbox({ connection, clock, random, newId, store, scope: 'visitor-1' });
  return { connection, outbox };
}

describe('outbox', () => {
  it('keeps a message over a reload and sends it once connected', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const store = new MemoryStore();
    start(hub, clock, store).outbox.add(SESSION, 'written offline');

    const { connection, outbox } = start(hub, clock, store);
    expect(outbox.items.get().map((item) => item.content)).toEqual(['written offline']);
    connection.start();
    await clock.advance(1_000);

    expect(hub.visible.map((entry) => entry.client_message_id)).toEqual(['id-1']);
    expect(outbox.items.get()[0]?.status).toBe('sent');
    expect(store.keys('')).toEqual([]);
  });

  it('marks a message failed when the hub says not to retry, and sends it on request', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const { connection, outbox } = start(hub, clock, new MemoryStore());
    connection.start();
    await clock.advance(0);
    hub.refuseNext = { code: 'too_large', retry: false };

    const id = outbox.add(SESSION, 'too long');
    await clock.advance(60_000);
    expect(outbox.items.get()[0]).toMatchObject({ status: 'failed', failure: 'too_large' });
    expect(hub.visible).toEqual([]);

    outbox.retry(id);
    await clock.advance(1_000);
    expect(hub.visible.map((entry) => entry.client_message_id)).toEqual([id]);
  });

  it('waits as long as a rate limit asks, and keeps the order', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const { connection, outbox } = start(hub, clock, new MemoryStore());
    connection.start();
    await clock.advance(0);
    hub.refuseNext = { code: 'rate_limited', retry: true, retry_after_ms: 3_000 };

    outbox.add(SESSION, 'first');
    outbox.add(SESSION, 'second');
    await clock.advance(2_999);
    expect(hub.visible).toEqual([]);
    await clock.advance(20_000);
    expect(hub.visible.map((entry) => entry.content)).toEqual(['first', 'second']);
  });

  it('holds messages until their conversation exists', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const { connection, outbox } = start(hub, clock, new MemoryStore());
    connection.start();
    outbox.add(null, 'hello');
    await clock.advance(5_000);
    expect(hub.visible).toEqual([]);

    outbox.adopt(SESSION);
    await clock.advance(1_000);
    expect(hub.visible.map((entry) => entry.content)).toEqual(['hello']);
  });
});
