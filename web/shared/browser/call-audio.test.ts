import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock, settle } from '../test/fake-clock.ts';
import { BrowserAudio } from './call-audio.ts';

/** As much of the browser's audio as a call uses, noting what belongs to which context. */
class FakeContext extends EventTarget {
  state = 'running';
  modules: string[] = [];
  sources: { disconnect: () => void; connect: () => void; isConnected: boolean }[] = [];
  destination = {};
  audioWorklet = { addModule: async (url: string) => void this.modules.push(url) };
  resume = vi.fn(async () => {});
  close = vi.fn(async () => {});

  createMediaStreamSource(_stream: object) {
    const source = {
      isConnected: false,
      connect: () => {
        source.isConnected = true;
      },
      disconnect: () => {
        source.isConnected = false;
      },
    };
    this.sources.push(source);
    return source;
  }
}

interface FakeNode {
  context: FakeContext;
  name: string;
  port: { onmessage: ((message: { data: unknown }) => void) | null; posted: unknown[] };
}

class FakeTrack extends EventTarget {
  readyState = 'live';
  enabled = true;
  getSettings = () => ({ deviceId: 'mic-1' });
  stop = () => {
    this.readyState = 'ended';
  };
}

const nodes: FakeNode[] = [];
const tracks: FakeTrack[] = [];
const element = {
  dataset: {} as Record<string, string>,
  play: vi.fn(async () => {}),
  remove: vi.fn(),
};

function fakeNode(context: FakeContext, name: string): FakeNode & { connect: () => void } {
  const posted: unknown[] = [];
  const port = { onmessage: null, posted, postMessage: (message: unknown) => posted.push(message) };
  const node = { context, name, port, connect: () => {} };
  nodes.push(node);
  return node;
}

function fakeWayOut(context: FakeContext) {
  return { ...fakeNode(context, 'way out'), stream: {} };
}

beforeEach(() => {
  nodes.length = 0;
  tracks.length = 0;
  element.play.mockReset().mockResolvedValue(undefined);
  const open = async () => {
    const track = new FakeTrack();
    tracks.push(track);
    return { getAudioTracks: () => [track] };
  };
  const mediaDevices = Object.assign(new EventTarget(), {
    getUserMedia: open,
    enumerateDevices: async () => [{ kind: 'audioinput', deviceId: 'mic-1', label: 'Mic' }],
  });
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', { mediaDevices });
  vi.stubGlobal(
    'document',
    Object.assign(new EventTarget(), { visibilityState: 'visible', createElement: () => element }),
  );
  // Called with `new`, they give back what they make.
  vi.stubGlobal('AudioWorkletNode', fakeNode);
  vi.stubGlobal('MediaStreamAudioDestinationNode', fakeWayOut);
});

afterEach(() => vi.unstubAllGlobals());

async function open() {
  const context = new FakeContext();
  const clock = new FakeClock();
  const audio = new BrowserAudio({
    context: context as unknown as AudioContext,
    worklet_url: 'https://hub/assets/voice-worklet.js',
    place: { append: () => {} } as unknown as ParentNode,
    clock,
  });
  await audio.open();
  await audio.openMicrophone();
  return { context, clock, audio };
}

function node(name: string): FakeNode {
  const found = nodes.find((it) => it.name === name);
  if (!found) throw new Error(`no node ${name}`);
  return found;
}

describe('sound in the browser', () => {
  it('makes every node from the one context it was given (complaint 6)', async () => {
    const { context } = await open();

    expect(nodes.map((it) => it.name)).toEqual([
      'switchboard-player',
      'way out',
      'switchboard-capture',
    ]);
    expect(nodes.every((it) => it.context === context)).toBe(true);
    expect(context.modules).toEqual(['https://hub/assets/voice-worklet.js']);
  });

  it('goes on with the same nodes when the microphone is another (complaint 7)', async () => {
    const { context } = await open();

    tracks[0]?.dispatchEvent(new Event('ended'));
    await settle();

    expect(nodes.filter((it) => it.name === 'switchboard-capture')).toHaveLength(1);
    expect(context.sources.map((it) => it.isConnected)).toEqual([false, true]);
    expect(tracks.map((it) => it.readyState)).toEqual(['ended', 'live']);
  });

  it('resumes when the page is seen again, and not while a phone call has the sound', async () => {
    const { context } = await open();
    context.state = 'interrupted';
    document.dispatchEvent(new Event('visibilitychange'));
    expect(context.resume).not.toHaveBeenCalled();

    context.state = 'suspended';
    context.dispatchEvent(new Event('statechange'));

    expect(context.resume).toHaveBeenCalledTimes(1);
  });

  it('asks for a touch where the element may not play without one', async () => {
    element.play.mockRejectedValueOnce(new DOMException('no', 'NotAllowedError'));
    const { audio } = await open();
    await settle();

    expect(audio.wake.needsTouch.get()).toBe(true);
    audio.touch();
    await settle();
    expect(audio.wake.needsTouch.get()).toBe(false);
  });

  it('answers a clear with what the worklet says', async () => {
    const { audio } = await open();
    const player = node('switchboard-player');
    const played = { generation: 3, item: 1, samples: 480, buffered_ms: 0, underruns: 0 };

    const asked = audio.clear(3, 5);
    expect(player.port.posted.at(-1)).toEqual({ kind: 'clear', id: 1, generation: 3, fade_ms: 5 });
    player.port.onmessage?.({ data: { kind: 'cleared', id: 1, played } });

    expect(await asked).toEqual(played);
  });

  it('lets go of the microphone at once and of the rest when all was heard', async () => {
    const { context, audio } = await open();

    audio.finish();
    expect(tracks[0]?.readyState).toBe('ended');
    expect(context.close).not.toHaveBeenCalled();
    const asked = node('switchboard-player').port.posted.at(-1);
    expect(asked).toEqual({ kind: 'drain', id: 1 });
    node('switchboard-player').port.onmessage?.({ data: { kind: 'cleared', id: 1, played: null } });
    await settle();

    expect(context.close).toHaveBeenCalledTimes(1);
    expect(element.remove).toHaveBeenCalled();
  });

  it('does not wait for ever for a context that sleeps', async () => {
    const { context, clock, audio } = await open();

    audio.finish();
    await clock.advance(8_000);

    expect(context.close).toHaveBeenCalledTimes(1);
  });
});
