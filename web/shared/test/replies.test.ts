// A room keeps the assistant's reply through what a connection goes through.

import { describe, expect, it } from 'vitest';
import { Connection } from '../src/connection.ts';
import { Outbox } from '../src/outbox.ts';
import { Room } from '../src/room.ts';
import type { User } from '../src/wire.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryStore } from './memory-store.ts';
import { ModelHub, SESSION, VISITOR } from './model-hub.ts';

const ASSISTANT: User = { id: 'assistant-1', kind: 'assistant', name: 'Lumi' };

async function join() {
  const hub = new ModelHub();
  const clock = new FakeClock();
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
  const room = new Room(SESSION, connection, clock);
  connection.start();
  room.open();
  await clock.advance(100);
  const piece = (messageId: string, offset: number, text: string) =>
    hub.say('message:delta', { session_id: SESSION, message_id: messageId, offset, text });
  return { hub, clock, connection, room, piece };
}

describe('a room', () => {
  it('shows a reply as it grows, and lets go of it when its entry comes', async () => {
    const { hub, clock, room, piece } = await join();
    // The model hub numbers its entries: the next one of the assistant is the first.
    const id = `entry-${hub.epoch}-1`;
    piece(id, 0, 'Hello ');
    piece(id, 6, 'there');
    await clock.advance(0);
    expect(room.replies.get().current?.text).toBe('Hello there');

    hub.append({ ...ASSISTANT }, 'Hello there', 'message', null);
    await clock.advance(0);

    expect(room.view.get().entries.map((entry) => entry.content)).toEqual(['Hello there']);
    expect(room.replies.get().current).toBeNull();
    piece(id, 11, ' late');
    await clock.advance(0);
    expect(room.replies.get().current).toBeNull();
  });

  it('ignores replies of other conversations', async () => {
    const { hub, clock, room } = await join();
    const delta = { session_id: 'another', message_id: 'm', offset: 0, text: 'x' };
    hub.say('message:delta', delta);
    await clock.advance(0);

    expect(room.replies.get().current).toBeNull();
  });

  it('forgets a reply that ended while the connection was lost', async () => {
    const { hub, clock, room, piece } = await join();
    piece('m', 0, 'Half');
    await clock.advance(0);
    hub.cutAll();
    expect(room.replies.get().current).toMatchObject({ text: 'Half', isStale: true });

    await clock.advance(60_000);

    expect(room.view.get().phase).toBe('live');
    expect(room.replies.get().current).toBeNull();
  });

  it('drops a failure when somebody writes again', async () => {
    const { hub, clock, room } = await join();
    const failure = { message_id: 'm', code: 'provider_error', message: 'Sorry', retry: true };
    hub.say('ai:error', { session_id: SESSION, ...failure });
    await clock.advance(0);
    expect(room.replies.get().failure).toEqual(failure);

    hub.append(VISITOR, 'again', 'message', null);
    await clock.advance(0);

    expect(room.replies.get().failure).toBeNull();
  });

  it('sends what a message answers and its pictures with it', async () => {
    const { hub, clock, connection } = await join();
    const outbox = new Outbox({
      connection,
      clock,
      random: () => 0.5,
      newId: () => 'id-1',
      store: new MemoryStore(),
      scope: 's',
    });
    const picture = { id: 'a-1', name: 'lamp.png', content_type: 'image/png', bytes: 9 };
    outbox.add(SESSION, '', 'message', { attachments: [picture], reply_to: 'e-1' });
    await clock.advance(0);

    expect(hub.sent.at(-1)).toMatchObject({ content: '', attachments: ['a-1'], reply_to: 'e-1' });
  });
});
