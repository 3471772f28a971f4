import { Cell } from '@switchboard/shared/cell.ts';
import { FIRST_VIEW } from '@switchboard/shared/voice/call-view.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followCall } from './call/follow-call.ts';
import { Calling, type OpenCall } from './calling.ts';
import type { Chat, ChatState } from './chat/chat.ts';
import type { PageMemory } from './page-memory.ts';
import type { Place } from './stage.ts';

const view = new Cell(FIRST_VIEW);
const release = vi.fn();
const call = { view, hangUp: vi.fn(), release } as unknown as OpenCall;
const contexts: { args: unknown[]; isClosed: boolean }[] = [];

vi.mock('./call/open-call.tsx', () => ({ openCall: () => call, followCall }));

/** Called with `new`, it gives back what it makes. */
function fakeContext(...args: unknown[]) {
  const context = { args, isClosed: false };
  contexts.push(context);
  return {
    resume: async () => {},
    close: async () => {
      context.isClosed = true;
    },
  };
}

beforeEach(() => {
  view.set(FIRST_VIEW);
  contexts.length = 0;
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => {} } });
  vi.stubGlobal('AudioWorkletNode', class {});
  vi.stubGlobal('addEventListener', (_name: string, listener: () => void) => {
    leave = listener;
  });
  vi.stubGlobal('AudioContext', fakeContext);
});

afterEach(() => vi.unstubAllGlobals());

/** The page is left. */
let leave = () => {};

function memoryOf(kept: Map<string, string>): PageMemory {
  return {
    get: (name) => kept.get(name) ?? null,
    set: (name, value) => void (value === null ? kept.delete(name) : kept.set(name, value)),
  };
}

function build(channel: object | null, kept = new Map<string, string>()) {
  const state = new Cell({ phase: 'ready', channel } as unknown as ChatState);
  const told: unknown[] = [];
  const emit = (...news: unknown[]) => told.push(news);
  const calling = new Calling(
    { state } as unknown as Chat,
    { emit, memory: memoryOf(kept) } as unknown as Place,
  );
  return { calling, state, told, kept };
}

function isOpen(calling: Calling): Promise<void> {
  return vi.waitFor(() => expect(calling.state.get().kind).toBe('open'));
}

describe('calling', () => {
  it('makes one context in the click itself, without a rate of its own (complaint 6)', async () => {
    const { calling } = build({ voice_enabled: true });

    calling.start();
    calling.start();

    expect(contexts.map((it) => it.args)).toEqual([[]]);
    await isOpen(calling);
  });

  it('tells the page when a call began and how it ended, once each', async () => {
    const { calling, told } = build({ voice_enabled: true });
    calling.start();
    await isOpen(calling);

    view.update((it) => ({ ...it, phase: 'live', call_id: 'call-1', started_at_ms: 1 }));
    view.update((it) => ({ ...it, phase: 'reconnecting' }));
    view.update((it) => ({ ...it, phase: 'live' }));
    const end = { kind: 'ended', reason: 'idle', seconds: 92 } as const;
    view.update((it) => ({ ...it, phase: 'ended', end }));
    calling.putAway();

    expect(told).toEqual([
      ['call-started', { call_id: 'call-1' }],
      ['call-ended', { call_id: 'call-1', seconds: 92, reason: 'idle' }],
    ]);
    expect(calling.isRunning.get()).toBe(false);
  });

  it('tells the page why a call did not come about', async () => {
    const { calling, told } = build({ voice_enabled: true });
    calling.start();
    await isOpen(calling);

    const end = { kind: 'microphone', trouble: 'denied' } as const;
    view.update((it) => ({ ...it, phase: 'ended', end }));

    expect(told).toMatchObject([['error', { code: 'microphone_denied' }]]);
  });

  it('does not begin where the channel has no voice, nor where the page cannot', () => {
    const silent = build({ voice_enabled: false });
    silent.calling.start();
    vi.stubGlobal('isSecureContext', false);
    const insecure = build({ voice_enabled: true });
    insecure.calling.start();

    expect(silent.told).toMatchObject([['error', { code: 'forbidden' }]]);
    expect(insecure.told).toMatchObject([['error', { code: 'insecure' }]]);
    expect(contexts).toEqual([]);
  });

  it('does not begin when the visitor was forgotten while it loaded', async () => {
    const { calling, state } = build({ voice_enabled: true });
    calling.start();

    state.update((it) => ({ ...it, phase: 'idle' }));

    await vi.waitFor(() => expect(contexts[0]?.isClosed).toBe(true));
    expect(calling.state.get().kind).toBe('none');
  });

  it('hangs up when the visitor is forgotten', async () => {
    const { calling, state } = build({ voice_enabled: true });
    calling.start();
    await isOpen(calling);

    state.update((it) => ({ ...it, phase: 'idle' }));

    expect(release).toHaveBeenCalled();
    expect(calling.isRunning.get()).toBe(false);
  });

  it('is kept when its page is left, and the next page offers it for 30 s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const first = build({ voice_enabled: true });
    first.calling.start();
    await vi.dynamicImportSettled();
    view.update((it) => ({ ...it, phase: 'live', call_id: 'call-1', started_at_ms: 7 }));
    release.mockClear();

    leave();
    vi.advanceTimersByTime(10_000);
    const next = build({ voice_enabled: true }, first.kept);
    await vi.dynamicImportSettled();

    expect(release).not.toHaveBeenCalled();
    expect(call.hangUp).not.toHaveBeenCalled();
    expect(next.calling.state.get()).toMatchObject({
      kind: 'left',
      call: { call_id: 'call-1', started_at_ms: 7 },
    });
    vi.advanceTimersByTime(20_000);
    expect(next.calling.state.get()).toEqual({ kind: 'none' });
    const late = build({ voice_enabled: true }, first.kept);
    await vi.dynamicImportSettled();
    expect(late.calling.state.get().kind).toBe('none');
    vi.useRealTimers();
  });

  it('is kept as soon as the hub has it, also when its page is left before it runs', async () => {
    const { calling, kept } = build({ voice_enabled: true });
    calling.start();
    await isOpen(calling);
    leave();
    expect(kept.get('call')).toBeUndefined();
    view.update((it) => ({ ...it, phase: 'connecting', call_id: 'call-1' }));

    leave();

    const next = build({ voice_enabled: true }, kept);
    await vi.dynamicImportSettled();
    expect(next.calling.state.get()).toMatchObject({ kind: 'left', call: { call_id: 'call-1' } });
  });

  it('leaves nothing behind when it has ended, or when what was kept cannot be read', async () => {
    const { calling, kept } = build({ voice_enabled: true });
    calling.start();
    await isOpen(calling);
    const end = { kind: 'ended', reason: 'visitor', seconds: 3 } as const;
    view.update((it) => ({ ...it, phase: 'ended', call_id: 'call-1', started_at_ms: 7, end }));

    leave();

    expect(kept.get('call')).toBeUndefined();
    for (const text of ['', 'null', '{}', '{"call_id":7}', '[']) {
      const next = build({ voice_enabled: true }, new Map([['call', text]]));
      await vi.dynamicImportSettled();
      expect(next.kept.has('call')).toBe(false);
      expect(next.calling.state.get().kind).toBe('none');
    }
  });
});
