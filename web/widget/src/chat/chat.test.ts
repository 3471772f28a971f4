import type { Fetch } from '@switchboard/shared/rest.ts';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../shared/test/fake-clock.ts';
import { MemoryStore } from '../../../shared/test/memory-store.ts';
import { ModelHub, SESSION, VISITOR } from '../../../shared/test/model-hub.ts';
import { Chat } from './chat.ts';

class Backend {
  readonly hub = new ModelHub();
  readonly clock = new FakeClock();
  readonly store = new MemoryStore();
  readonly calls: string[] = [];
  isUp = true;
  knowsKey = true;

  openChat(): Chat {
    let ids = 0;
    return new Chat({
      hub_url: 'http://hub',
      socket_url: 'ws://hub/ws',
      channel_key: 'key',
      clock: this.clock,
      random: () => 0.5,
      newId: () => `id-${++ids}`,
      store: this.store,
      fetch: this.#fetch,
      openSocket: this.hub.open,
      page: () => ({ url: 'http://shop/', title: 'Shop', referrer: '', locale: 'en' }),
    });
  }

  #fetch: Fetch = async (url) => {
    if (!this.isUp) throw new TypeError('network error');
    const path = url.replace('http://hub/api/v1', '');
    this.calls.push(path);
    if (!this.knowsKey) {
      const error = { code: 'not_found', message: 'no such channel', retry: false };
      return { status: 404, text: async () => JSON.stringify({ error }) };
    }
    return { status: 200, text: async () => JSON.stringify(this.#answer(path)) };
  };

  #answer(path: string): unknown {
    const session = { id: SESSION, epoch: 'epoch-1', state: this.hub.state(), created_at: '' };
    if (path === '/widget/conversations') return { session };
    if (path === '/widget/calls') return { call_id: 'call-1', ticket: 'ticket-1' };
    return { visitor_token: 'token', visitor: VISITOR, session: null, channel: { id: 'ch' } };
  }
}

describe('chat', () => {
  it('makes a conversation for the first message and sends it there', async () => {
    const backend = new Backend();
    const chat = backend.openChat();
    chat.start();
    chat.send('hello');
    await backend.clock.advance(1_000);

    expect(backend.calls).toEqual(['/widget/sessions', '/widget/conversations']);
    expect(backend.hub.visible.map((entry) => entry.content)).toEqual(['hello']);
    expect(chat.outbox.items.get()).toEqual([]);
  });

  it('keeps trying while the hub is away, and loses nothing', async () => {
    const backend = new Backend();
    backend.isUp = false;
    const chat = backend.openChat();
    chat.start();
    chat.send('written while away');
    await backend.clock.advance(60_000);
    expect(chat.state.get()).toMatchObject({ phase: 'starting', failure: 'disconnected' });

    backend.isUp = true;
    await backend.clock.advance(60_000);

    expect(backend.hub.visible.map((entry) => entry.content)).toEqual(['written while away']);
  });

  it('gives up when the key is unknown', async () => {
    const backend = new Backend();
    backend.knowsKey = false;
    const chat = backend.openChat();
    chat.start();
    await backend.clock.advance(600_000);

    expect(chat.state.get()).toMatchObject({ phase: 'refused', failure: 'not_found' });
    expect(backend.calls).toHaveLength(1);
  });

  it('takes a message that came too late for its conversation to the next one', async () => {
    const backend = new Backend();
    const chat = backend.openChat();
    chat.start();
    chat.send('first');
    await backend.clock.advance(1_000);
    backend.hub.refuseNext = { code: 'conversation_closed', retry: false };

    chat.send('second');
    await backend.clock.advance(1_000);

    expect(backend.calls.filter((path) => path === '/widget/conversations')).toHaveLength(2);
    expect(backend.hub.visible.map((entry) => entry.content)).toEqual(['first', 'second']);
  });

  it('signs in and makes a conversation before it asks for a call', async () => {
    const backend = new Backend();
    const chat = backend.openChat();

    const asked = chat.askForCall();
    await backend.clock.advance(1_000);

    expect(await asked).toEqual({ call_id: 'call-1', ticket: 'ticket-1' });
    expect(backend.calls).toEqual(['/widget/sessions', '/widget/conversations', '/widget/calls']);
    expect(chat.state.get().room?.id).toBe(SESSION);
  });

  it('does not ask for a call where the chat itself is refused', async () => {
    const backend = new Backend();
    backend.knowsKey = false;
    const chat = backend.openChat();

    const asked = chat.askForCall();

    await expect(asked).rejects.toMatchObject({ code: 'not_found' });
    expect(backend.calls).toEqual(['/widget/sessions']);
  });

  it('forgets the visitor and what they had not sent', async () => {
    const backend = new Backend();
    const chat = backend.openChat();
    chat.start();
    await backend.clock.advance(1_000);
    backend.isUp = false;
    chat.send('secret');

    chat.forget();

    expect(backend.store.keys('')).toEqual([]);
    expect(chat.isReturning).toBe(false);
  });
});
