import { describe, expect, it } from 'vitest';
import { FakeClock } from '../test/fake-clock.ts';
import { ModelHub } from '../test/model-hub.ts';
import { Connection } from './connection.ts';
import { Failure } from './errors.ts';

function connect(hub: ModelHub, clock: FakeClock, token = () => Promise.resolve('token')) {
  const connection = new Connection({
    url: 'ws://hub/ws',
    client: 'test/1',
    client_id: 'tab-1',
    token,
    openSocket: hub.open,
    clock,
    random: () => 0.5,
  });
  connection.start();
  return connection;
}

describe('connection', () => {
  it('says hello first and is open after the answer', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();

    const connection = connect(hub, clock);
    await clock.advance(0);

    expect(hub.received).toEqual(['hello']);
    expect(connection.state.get().kind).toBe('open');
  });

  it('reconnects when the hub was silent for one and a half heartbeats', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const connection = connect(hub, clock);
    await clock.advance(0);

    await clock.advance(37_499);
    expect(connection.state.get().kind).toBe('open');
    await clock.advance(1);
    expect(connection.state.get().kind).toBe('waiting');
    await clock.advance(500);
    expect(connection.state.get().kind).toBe('open');
  });

  it('waits longer after each failure, up to thirty seconds', async () => {
    const hub = new ModelHub();
    hub.isUp = false;
    const clock = new FakeClock();
    const connection = connect(hub, clock);
    const waits: number[] = [];
    connection.state.subscribe((state) => {
      if (state.kind === 'waiting') waits.push(state.retry_at_ms - clock.now_ms());
    });

    await clock.advance(120_000);

    expect(waits.slice(0, 8)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15000, 15000]);
  });

  it('comes back after 4029 no earlier than told', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const connection = connect(hub, clock);
    await clock.advance(0);
    connection.ask('join:session', { session_id: 'session-1' });
    await clock.advance(0);

    hub.cutAll(4029, '{"retry_after_ms":3000}');
    await clock.advance(2_999);
    expect(connection.state.get().kind).toBe('waiting');
    await clock.advance(251);
    expect(connection.state.get().kind).toBe('open');
  });

  it('stops at codes from 4500 on', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const connection = connect(hub, clock);
    await clock.advance(0);
    connection.ask('join:session', { session_id: 'session-1' });
    await clock.advance(0);

    hub.cutAll(4509, 'replaced');
    await clock.advance(60_000);

    expect(connection.state.get()).toEqual({ kind: 'stopped', code: 4509, reason: 'replaced' });
  });

  it('stops when the token is refused for good, and retries when it is not', async () => {
    const clock = new FakeClock();
    const refused = connect(new ModelHub(), clock, () =>
      Promise.reject(new Failure('unauthenticated', 'no')),
    );
    const lost = connect(new ModelHub(), clock, () => Promise.reject(Failure.disconnected()));
    await clock.advance(0);

    expect(refused.state.get().kind).toBe('stopped');
    expect(lost.state.get().kind).toBe('waiting');
  });

  it('fails what was asked when the connection breaks', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const connection = connect(hub, clock);
    await clock.advance(0);

    const asked = connection.ask('session:end', { session_id: 'session-1' });
    connection.lost();

    await expect(asked).rejects.toMatchObject({ code: 'disconnected', retry: true });
  });

  it('says that the hub is draining and leaves in time', async () => {
    const hub = new ModelHub();
    const clock = new FakeClock();
    const connection = connect(hub, clock);
    await clock.advance(0);
    connection.ask('join:session', { session_id: 'session-1' });
    await clock.advance(0);

    hub.say('server:draining', { reconnect_after_ms: 2_000 });
    await clock.advance(0);
    expect(connection.state.get()).toMatchObject({ kind: 'open', draining: true });
    await clock.advance(3_000);
    expect(connection.state.get()).toMatchObject({ kind: 'open', draining: false });
  });
});
