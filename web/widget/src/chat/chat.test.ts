import { Cell } from '@switchboard/shared/cell.ts';
import type { Fetch } from '@switchboard/shared/rest.ts';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../shared/test/fake-clock.ts';
import { MemoryStore } from '../../../shared/test/memory-store.ts';
import { ModelHub, SESSION, VISITOR } from '../../../shared/test/model-hub.ts';
import { askForCall } from '../call/ticket.ts';
import { Chat } from './chat.ts';
import { keepFresh } from '../beside/keep-fresh.ts';

class Backend {
  readonly hub = new ModelHub();
  readonly clock = new FakeClock();
  readonly store = new MemoryStore();
  readonly calls: string[] = [];
  isUp = true;
  knowsKey = true;
  name = VISITOR.name;
  reopens_at: string | null = null;
  /** The conversation that the visitor has, begun elsewhere. */
  begun: string | null = null;

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
    return {
      visitor_token: 'token',
      visitor: { ...VISITOR, name: this.name },
      session: this.begun && {
        ...session,
        id: this.begun,
        state: { ...session.state, status: 'open' },
      },
      channel: { id: 'ch', availability: { is_open: false, reopens_at: this.reopens_at } },
    };
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

    const asked = askForCall(chat);
    await backend.clock.advance(1_000);

    expect(await asked).toEqual({ call_id: 'call-1', ticket: 'ticket-1' });
    expect(backend.calls).toEqual(['/widget/sessions', '/widget/conversations', '/widget/calls']);
    expect(chat.state.get().room?.id).toBe(SESSION);
  });

  it('makes a conversation for files that are sent before the hub knows who sends them', async () => {
    const backend = new Backend();
    backend.isUp = false;
    const chat = backend.openChat();
    chat.start();
    let id: string | null = null;
    chat.ensureConversation().then((made) => {
      id = made;
    });
    await backend.clock.advance(5_000);
    expect(id).toBe(null);

    backend.isUp = true;
    await backend.clock.advance(60_000);

    expect(id).toBe(SESSION);
  });

  it('does not ask for a call where the chat itself is refused', async () => {
    const backend = new Backend();
    backend.knowsKey = false;
    const chat = backend.openChat();

    const asked = askForCall(chat);

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

  it('stays out of ended conversations, whatever is said of them', async () => {
    const backend = new Backend();
    const chat = backend.openChat();
    chat.start();
    chat.send('hello');
    await backend.clock.advance(1_000);
    const state = backend.hub.state();
    chat.state
      .get()
      .room?.setState({ ...state, status: 'closed', updated_at: '2026-01-01T00:00:00Z' });
    const tell = (id: string, status: string) =>
      backend.hub.say('user:session', {
        session: { id, state: { ...state, status } },
        reason: 'message',
      });

    tell('session-0', 'closed');
    await backend.clock.advance(1_000);
    expect(chat.state.get().room?.id).toBe(SESSION);

    tell('session-2', 'open');
    await backend.clock.advance(1_000);
    expect(chat.state.get().room?.id).toBe('session-2');
  });

  it('opens its connection anew for who has said their name, and for nothing else', async () => {
    const backend = new Backend();
    const chat = backend.openChat();
    chat.start();
    await backend.clock.advance(1_000);
    const helloCount = () => backend.hub.received.filter((event) => event === 'hello').length;
    const { visitor } = chat.state.get();
    if (!visitor) throw new Error('nobody is signed in');

    chat.formFilled({ ...visitor, email: 'ana@example.com' });
    await backend.clock.advance(1_000);
    expect(helloCount()).toBe(1);

    chat.formFilled({ ...visitor, name: 'Ana' });
    await backend.clock.advance(1_000);
    expect(helloCount()).toBe(2);
    expect(chat.state.get().visitor?.name).toBe('Ana');

    backend.name = 'Ana Núñez';
    chat.setUser({ user_id: 'u-1' });
    await backend.clock.advance(1_000);
    expect(helloCount()).toBe(3);
  });
});

describe('whether somebody is there', () => {
  const MINUTE_MS = 60_000;

  async function opened(backend: Backend) {
    const chat = backend.openChat();
    const isOpen = new Cell(true);
    chat.start();
    await backend.clock.advance(1_000);
    const stop = keepFresh(chat, isOpen, backend.clock);
    const asked = () => backend.calls.filter((path) => path === '/widget/sessions').length;
    return { chat, isOpen, asked, stop };
  }

  it('is asked again by who opens the chat later', async () => {
    const backend = new Backend();
    const { isOpen, asked } = await opened(backend);
    isOpen.set(false);
    await backend.clock.advance(MINUTE_MS);
    isOpen.set(true);
    await backend.clock.advance(0);
    expect(asked()).toBe(1);

    isOpen.set(false);
    await backend.clock.advance(4 * MINUTE_MS);
    expect(asked()).toBe(1);
    isOpen.set(true);
    await backend.clock.advance(0);
    expect(asked()).toBe(2);
  });

  it('is asked again when the hub is reached again, and when it opens', async () => {
    const backend = new Backend();
    backend.reopens_at = new Date(backend.clock.now_ms() + 5 * MINUTE_MS).toISOString();
    const { chat, asked } = await opened(backend);
    chat.connection.stop();
    await backend.clock.advance(2 * MINUTE_MS);
    expect(asked()).toBe(1);
    chat.connection.start();
    await backend.clock.advance(1_000);
    expect(asked()).toBe(2);

    chat.connection.stop();
    await backend.clock.advance(2 * MINUTE_MS);
    expect(asked()).toBe(2);
    await backend.clock.advance(2 * MINUTE_MS);
    expect(asked()).toBe(3);
  });

  it('is not known any more after ten minutes without an answer', async () => {
    const backend = new Backend();
    const { chat } = await opened(backend);
    expect(chat.state.get().isStale).toBe(false);
    backend.isUp = false;
    await backend.clock.advance(10 * MINUTE_MS);
    expect(chat.state.get().isStale).toBe(true);

    backend.isUp = true;
    chat.refresh(0);
    await backend.clock.advance(0);
    expect(chat.state.get().isStale).toBe(false);
  });

  it('finds a conversation that was begun elsewhere while nobody was connected', async () => {
    for (const isOpenMeanwhile of [true, false]) {
      const backend = new Backend();
      const { chat, isOpen, asked } = await opened(backend);
      chat.send('hello');
      await backend.clock.advance(1_000);
      backend.hub.status = 'closed';
      chat.state
        .get()
        .room?.setState({ ...backend.hub.state(), updated_at: '2026-01-01T00:00:00Z' });
      isOpen.set(isOpenMeanwhile);
      chat.connection.lost();
      backend.begun = 'session-2';
      await backend.clock.advance(MINUTE_MS / 2);
      isOpen.set(true);
      await backend.clock.advance(1_000);

      expect(chat.state.get().room?.id).toBe('session-2');
      expect(asked()).toBe(2);
    }
  });

  it('does not ask for one where the conversation goes on', async () => {
    const backend = new Backend();
    const { chat, asked } = await opened(backend);
    chat.send('hello');
    await backend.clock.advance(1_000);
    chat.connection.lost();
    await backend.clock.advance(MINUTE_MS / 2);

    expect(chat.state.get().room?.id).toBe(SESSION);
    expect(asked()).toBe(1);
  });
});
