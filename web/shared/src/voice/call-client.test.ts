import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { ModelCall } from '../../test/model-call.ts';
import { TestAudio } from '../../test/test-audio.ts';
import { Failure } from '../errors.ts';
import { HEADER_BYTES, KIND, TRACK, writeHeader } from './audio-frame.ts';
import { CallClient, type CallClientOptions } from './call-client.ts';
import { MicrophoneFailure } from './call-ports.ts';

const ANA = { id: 'agent-1', kind: 'agent', name: 'Ana' } as const;

async function call(change: Partial<CallClientOptions> = {}) {
  const clock = new FakeClock();
  const hub = new ModelCall(clock);
  const audio = new TestAudio(clock);
  const client = new CallClient({
    side: 'visitor',
    me: () => ANA.id,
    url: 'ws://hub/ws/voice',
    askTicket: async () => ({ call_id: 'call-1', ticket: 'ticket-1' }),
    openSocket: hub.open,
    audio,
    clock,
    random: () => 0.5,
    ...change,
  });
  const begin = async () => {
    void client.start();
    await clock.advance(10);
  };
  const events = () => hub.heard_events.map((it) => it.event);
  return { clock, hub, audio, client, begin, events };
}

describe('call', () => {
  it('says hello with its ticket and is live when the hub is ready', async () => {
    const { hub, client, begin } = await call();

    await begin();

    expect(hub.hellos).toEqual([{ ticket: 'ticket-1', rate: 24_000, codecs: [0] }]);
    expect(client.view.get()).toMatchObject({
      phase: 'live',
      call_id: 'call-1',
      notice: { simulated: true },
    });
  });

  it('does not ask for a call when the microphone is refused', async () => {
    let asked = 0;
    const { audio, client, begin } = await call({
      askTicket: async () => {
        asked += 1;
        return { call_id: '', ticket: '' };
      },
    });
    audio.refusal = new MicrophoneFailure('denied');

    await begin();

    expect(asked).toBe(0);
    expect(client.view.get().end).toEqual({ kind: 'microphone', trouble: 'denied' });
    expect(audio.isClosed).toBe(true);
  });

  it('does not ask for the microphone of a call that was cancelled before', async () => {
    const { hub, audio, client, begin } = await call();
    audio.open = async () => client.hangUp();

    await begin();

    expect(audio.hasMicrophone).toBe(false);
    expect(hub.hellos).toEqual([]);
    expect(client.view.get().phase).toBe('ended');
  });

  it('ends with the reason when the hub refuses the call', async () => {
    const { client, begin } = await call({
      askTicket: () => Promise.reject(new Failure('usage_limit_exceeded', 'no')),
    });

    await begin();

    expect(client.view.get().end).toMatchObject({ kind: 'refused', code: 'usage_limit_exceeded' });
  });

  it('numbers and times frames from nought', async () => {
    const { hub, audio, begin, clock } = await call();
    audio.capture(3);
    await begin();

    audio.capture(2);
    await clock.advance(0);

    const sent = hub.frames_up.map((it) => [
      it.getUint8(2),
      it.getUint32(4, true),
      it.getUint32(8, true),
    ]);
    expect(sent).toEqual([
      [0, 0, 0],
      [0, 1, 480],
    ]);
  });

  it('drops and counts what is said while the line is gone, and marks the hole', async () => {
    const { hub, audio, client, begin, clock } = await call();
    await begin();
    audio.capture(1);
    await clock.advance(0);

    hub.cut();
    audio.capture(5);
    expect(client.view.get().phase).toBe('reconnecting');
    expect(client.dropped_count).toBe(5);
    await clock.advance(5_000);
    audio.capture(2);
    await clock.advance(0);

    const sent = hub.frames_up.map((it) => [
      it.getUint8(2),
      it.getUint32(4, true),
      it.getUint32(8, true),
    ]);
    expect(sent).toEqual([
      [0, 0, 0],
      [2, 1, 6 * 480],
      [0, 2, 7 * 480],
    ]);
  });

  it('comes back with its token, the last event it heard and how far it played', async () => {
    const { hub, client, begin, clock } = await call();
    await begin();
    hub.speak(7, 24_000);
    await clock.advance(300);

    hub.cut();
    await clock.advance(2_000);

    expect(hub.hellos.at(-1)).toMatchObject({
      resume: { token: 'token-1', last_n: 1, played: { item: 7, generation: 0 } },
    });
    expect(hub.hellos.at(-1)?.ticket).toBeUndefined();
    expect(client.view.get().phase).toBe('live');
  });

  it('comes back although its audio sleeps and cannot say how far it played', async () => {
    const { hub, audio, client, begin, clock } = await call();
    await begin();
    audio.isAsleep = true;

    hub.cut();
    await clock.advance(2_000);

    expect(hub.hellos.at(-1)?.resume).toEqual({ token: 'token-1', last_n: 0 });
    expect(client.view.get().phase).toBe('live');
  });

  it('gives up after half a minute', async () => {
    const { hub, client, begin, clock } = await call();
    await begin();
    await clock.advance(10_000);
    hub.isUp = false;
    hub.cut();

    await clock.advance(29_900);
    expect(client.view.get().phase).toBe('reconnecting');
    await clock.advance(200);

    expect(client.view.get()).toMatchObject({ phase: 'ended', end: { kind: 'lost' } });
  });

  it('has lost the call when the hub no longer knows it', async () => {
    const { hub, client, begin, clock } = await call();
    await begin();
    hub.refuse = { code: 4501, reason: 'unknown' };

    hub.cut();
    await clock.advance(2_000);

    expect(client.view.get().end).toMatchObject({ kind: 'lost' });
  });

  it('tries the same ticket again while no hello got through', async () => {
    const { hub, client, begin, clock } = await call();
    hub.isUp = false;
    await begin();
    expect(client.view.get().phase).toBe('connecting');

    hub.isUp = true;
    await clock.advance(2_000);

    expect(client.view.get().phase).toBe('live');
  });

  it('is gone when a hub that answers nothing has missed two pings', async () => {
    const { hub, client, begin, clock, events } = await call();
    await begin();
    await clock.advance(60_000);
    expect(client.view.get().phase).toBe('live');
    expect(events().filter((event) => event === 'ping')).toHaveLength(4);

    hub.mute();
    await clock.advance(46_000);

    expect(hub.hellos.length).toBeGreaterThan(1);
  });

  it('reports what was played every hundred milliseconds, and at once after a clear', async () => {
    const { hub, begin, clock } = await call();
    await begin();
    hub.speak(1, 48_000);
    await clock.advance(1_000);
    const before = hub.heard_events.filter((it) => it.event === 'played').length;
    expect(before).toBeGreaterThanOrEqual(8);
    expect(before).toBeLessThanOrEqual(11);

    hub.interrupt();
    await clock.advance(0);

    expect(hub.heard_events.filter((it) => it.event === 'played')).toHaveLength(before + 1);
    expect(hub.heard_events.at(-1)?.data).toMatchObject({ generation: 1, item: 1 });
    expect(hub.cuts).toHaveLength(1);
  });

  it('sends nothing while muted, and says so again after coming back', async () => {
    const { hub, audio, client, begin, clock, events } = await call();
    await begin();

    client.setMuted(true);
    audio.capture(3);
    await clock.advance(0);
    hub.cut();
    await clock.advance(2_000);
    audio.capture(3);
    await clock.advance(0);

    expect(audio.isMuted).toBe(true);
    expect(hub.frames_up).toEqual([]);
    expect(events()).toEqual(['mute', 'mute']);
    expect(client.dropped_count).toBe(0);
  });

  it('keeps the name on words that come after their agent has given the call back', async () => {
    const { hub, client, begin, clock } = await call();
    await begin();
    hub.say('state', { floor: 'agent', agent: ANA, listening: true, link: 'ok' });
    hub.say('state', { floor: 'assistant', listening: true, link: 'ok' });
    hub.say('transcript', { entry_id: 'e1', role: 'agent', text: 'Bye', final: true });
    await clock.advance(0);

    expect(client.view.get().agent).toBeNull();
    expect(client.lines.get()).toMatchObject([{ text: 'Bye', agent: ANA }]);
  });

  it('shows the words of an utterance once, and the last of them for good', async () => {
    const { hub, client, begin, clock } = await call();
    await begin();
    const say = (text: string, final: boolean) =>
      hub.say('transcript', { entry_id: 'e1', role: 'assistant', text, final });

    say('Hel', false);
    say('Hello', true);
    say('Hel', false);
    await clock.advance(0);

    expect(client.lines.get()).toEqual([
      { entry_id: 'e1', role: 'assistant', text: 'Hello', agent: null, isFinal: true },
    ]);
    client.settle([{ id: 'e1' } as never]);
    expect(client.lines.get()).toEqual([]);
  });

  it('does not show words again whose entry came first', async () => {
    const { hub, client, begin, clock } = await call();
    await begin();
    client.settle([{ id: 'e1' } as never]);

    hub.say('item', { item: 1, entry_id: 'e1', role: 'assistant' });
    hub.say('transcript', { entry_id: 'e1', role: 'assistant', text: 'Hello', final: true });
    await clock.advance(0);

    expect(client.lines.get()).toEqual([]);
  });

  it('says goodbye and lets go of the microphone when it is hung up', async () => {
    const { audio, client, begin, clock, events } = await call();
    await begin();
    await clock.advance(92_000);

    client.hangUp();
    await clock.advance(0);

    expect(events().at(-1)).toBe('hangup');
    expect(audio).toMatchObject({ isClosed: true, isFinished: false });
    expect(client.view.get().end).toEqual({ kind: 'ended', reason: 'visitor', seconds: 92 });
  });

  it('ends as the hub says, lets the goodbye be heard, and does not come back', async () => {
    const { hub, audio, client, begin, clock } = await call();
    await begin();

    hub.say('ended', { reason: 'idle', seconds: 120 });
    await clock.advance(60_000);

    expect(client.view.get().end).toEqual({ kind: 'ended', reason: 'idle', seconds: 120 });
    expect(audio.isFinished).toBe(true);
    expect(hub.hellos).toHaveLength(1);
  });

  it('goes on after a harmless error (complaint 12)', async () => {
    const { hub, client, begin, clock } = await call();
    await begin();

    hub.say('error', { code: 'bad_request', message: 'bad frame', retry: false, fatal: false });
    hub.say('something new', {});
    await clock.advance(0);
    expect(client.view.get()).toMatchObject({ phase: 'live', warning: null });

    hub.say('error', { code: 'unavailable', message: 'no model', retry: true, fatal: false });
    await clock.advance(0);
    expect(client.view.get()).toMatchObject({ phase: 'live', warning: 'unavailable' });
  });

  it('ends in plain words after a fatal error', async () => {
    const { hub, client, begin, clock } = await call();
    await begin();

    hub.say('error', { code: 'internal', message: 'broken', retry: false, fatal: true });
    await clock.advance(0);

    expect(client.view.get()).toMatchObject({ phase: 'ended', end: { code: 'internal' } });
  });

  it('does not pile sound up in a slow socket', async () => {
    const { hub, audio, client, begin, clock } = await call();
    await begin();
    hub.setWaiting(30_000);

    audio.capture(3);
    await clock.advance(0);

    expect(hub.frames_up).toEqual([]);
    expect(client.dropped_count).toBe(3);
  });
});

describe("an agent's side of a call", () => {
  const agent = () => call({ side: 'agent' });

  function monitor(track: number): ArrayBuffer {
    const buffer = new ArrayBuffer(HEADER_BYTES + 960);
    const rest = { flags: 0, seq: 0, time: 0, item: 0, generation: 0 };
    writeHeader(buffer, { kind: KIND.monitor, track, ...rest });
    return buffer;
  }

  it('listens without a microphone, each track on a line of its own', async () => {
    const { hub, audio, begin, clock } = await agent();
    await begin();
    expect(audio.hasMicrophone).toBe(false);

    hub.push(monitor(TRACK.visitor));
    hub.push(monitor(TRACK.assistant));
    await clock.advance(0);

    expect(audio.tracks).toEqual([
      [TRACK.visitor, 480],
      [TRACK.assistant, 480],
    ]);
  });

  it('goes on hearing the visitor when the assistant is interrupted', async () => {
    const { hub, audio, begin, clock } = await agent();
    await begin();
    hub.push(monitor(TRACK.visitor));

    hub.say('clear', { generation: 9, fade_ms: 5 });
    hub.push(monitor(TRACK.visitor));
    await clock.advance(0);

    expect(audio.tracks).toEqual([
      [TRACK.visitor, 480],
      [TRACK.assistant, 0],
      [TRACK.visitor, 480],
    ]);
  });

  it('is told what the hub would not do, and the call goes on', async () => {
    const refusals: string[] = [];
    const { hub, client, begin, clock } = await call({
      side: 'agent',
      onRefusal: ({ code }) => refusals.push(code),
    });
    await begin();

    hub.say('error', { code: 'already_taken', message: 'held', retry: false, fatal: false });
    await clock.advance(0);

    expect(refusals).toEqual(['already_taken']);
    expect(client.view.get()).toMatchObject({ phase: 'live', warning: null });
  });

  it('is heard from the moment it has the call, and by nobody before', async () => {
    const { hub, audio, client, begin, clock, events } = await agent();
    await begin();
    await client.take();
    audio.capture(2);
    await clock.advance(0);
    expect(hub.frames_up).toEqual([]);

    hub.say('state', { floor: 'taking', agent: ANA, listening: true, link: 'ok' });
    await clock.advance(0);
    audio.capture(1);
    hub.say('state', {
      floor: 'agent',
      agent: { ...ANA, id: 'other' },
      listening: true,
      link: 'ok',
    });
    await clock.advance(0);
    audio.capture(1);
    await clock.advance(0);

    expect(events()).toEqual(['take']);
    expect(hub.frames_up.map((it) => it.getUint8(3))).toEqual([TRACK.agent]);
  });

  it('whispers, says, holds and gives back, and reads the brief', async () => {
    const { hub, client, begin, clock } = await agent();
    await begin();
    const brief = { summary: 'A lamp', sentiment: 'neutral', last_turns: [], cost: 0.01 };

    client.say('whisper', { text: 'offer a refund' });
    client.say('give_back', { note: 'done' });
    hub.say('brief', brief);
    await clock.advance(0);

    expect(hub.heard_events).toEqual([
      { event: 'whisper', data: { text: 'offer a refund' } },
      { event: 'give_back', data: { note: 'done' } },
    ]);
    expect(client.brief.get()).toEqual(brief);
  });
});
