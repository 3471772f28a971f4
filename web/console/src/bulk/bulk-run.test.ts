import { Failure } from '@switchboard/shared/errors.ts';
import type {
  BulkAnswer,
  BulkBody,
  ConversationSummary,
  StateForAgents,
  User,
} from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { FakeClock, settle } from '../../../shared/test/fake-clock.ts';
import { PART } from './bulk-parts.ts';
import { BulkRun, CLOSE_DELAY_MS, OFFER_MS } from './bulk-run.ts';

const AT = '2026-11-21T10:00:00.000Z';
const agent = (id: string): User => ({ id, kind: 'agent', name: id });
const BEA = { id: 'bea', name: 'Bea' };

function state(change: Partial<StateForAgents> = {}): StateForAgents {
  return {
    status: 'open',
    responder: { kind: 'assistant', since: AT },
    takeover: 0,
    assignee: null,
    priority: null,
    labels: [],
    handoff: null,
    insight: null,
    rating: null,
    snoozed_until: null,
    mode: null,
    pending_reply: null,
    last_seq: 0,
    updated_at: AT,
    ...change,
  };
}

/** A server of its own: what it is sent, and the conversations as they are there. */
function build(states: Readonly<Record<string, Partial<StateForAgents>>>) {
  const clock = new FakeClock();
  const sent: BulkBody[] = [];
  const stored = new Map(Object.entries(states).map(([id, it]) => [id, state(it)]));
  let failure: Failure | null = null;
  const flushed: string[] = [];
  const again: string[] = [];
  /** What is read anew; null: nothing can be. */
  let read: ReadonlyMap<string, StateForAgents> | null = null;
  const summary = (id: string, it: StateForAgents) => ({ id, state: it }) as ConversationSummary;
  const act = (id: string, body: BulkBody): BulkAnswer['results'][number] => {
    const was = stored.get(id) ?? state();
    const refuse = (code: string) => ({
      session_id: id,
      state: null,
      error: { code, message: code, retry: false } as never,
    });
    if (was.status === 'closed') return refuse('conversation_closed');
    const next = { ...was };
    if (body.act === 'assign') {
      if ((was.assignee?.id ?? null) !== body.expected) return refuse('conflict');
      next.assignee = body.agent_id ? agent(body.agent_id) : null;
      if (body.agent_id && was.responder.kind === 'agent')
        next.responder = { kind: 'agent', agent: agent(body.agent_id), since: AT };
    }
    if (body.act === 'label')
      next.labels = [
        ...was.labels.filter((it) => !body.remove?.includes(it)),
        ...(body.add ?? []).filter((it) => !was.labels.includes(it)),
      ];
    if (body.act === 'snooze') next.snoozed_until = body.until ?? null;
    if (body.act === 'close') next.status = 'closed';
    stored.set(id, next);
    return { session_id: id, state: next, error: null };
  };
  const run = new BulkRun({
    clock,
    send: async (body) => {
      sent.push(body);
      if (failure) {
        const error = failure;
        if (error.code === 'rate_limited') failure = null;
        throw error;
      }
      return { results: body.session_ids.map((id) => act(id, body)) };
    },
    find: (id) => {
      const known = stored.get(id);
      return known ? summary(id, known) : null;
    },
    read: async (id) => {
      const known = read?.get(id);
      if (!known) throw Failure.disconnected();
      return summary(id, known);
    },
    sendHeld: async (ids) => void flushed.push(...ids),
    pickAgain: (ids) => void again.push(...ids),
  });
  const fail = (error: Failure | null, known: typeof read = null) => {
    failure = error;
    read = known;
  };
  return { clock, sent, stored, run, fail, flushed, again, ids: [...stored.keys()] };
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, {}]));

describe('an act in many conversations', () => {
  it('goes in parts, and tells how far it is', async () => {
    const { run, sent, ids } = build(many(60));
    const seen: number[] = [];
    run.view.subscribe((view) => view && seen.push(view.done));

    run.start({ act: 'label', add: ['vip'], remove: [] }, ids);
    await settle();

    expect(sent.map((it) => it.session_ids.length)).toEqual([PART, PART, 10]);
    expect(seen).toContain(25);
    expect(run.view.get()).toMatchObject({ kind: 'finished', done: 60, refused: {} });
  });

  it('sends nothing of a close for six seconds, and nothing at all when it is taken back', async () => {
    const { run, sent, clock, ids } = build(many(2));
    run.start({ act: 'close' }, ids);
    await clock.advance(CLOSE_DELAY_MS - 1);
    expect(sent).toEqual([]);
    expect(run.view.get()).toMatchObject({ kind: 'waiting', seconds_left: 1 });

    run.stop();
    await clock.advance(60_000);
    expect([sent.length, run.view.get()]).toEqual([0, null]);

    run.start({ act: 'close' }, ids);
    await clock.advance(CLOSE_DELAY_MS);
    expect(sent.length).toBe(1);
    expect(run.view.get()).toMatchObject({ kind: 'finished', done: 2, canUndo: false });
  });

  it('sends nothing of a close when the page is left meanwhile', async () => {
    const { run, sent, clock, ids } = build(many(2));
    run.start({ act: 'close' }, ids);
    run.dismiss();
    await clock.advance(60_000);

    expect(sent).toEqual([]);
  });

  it('sends no further part once it is stopped, and picks again what it has not tried', async () => {
    const { run, sent, again, ids } = build(many(60));
    run.start({ act: 'label', add: ['vip'], remove: [] }, ids);
    run.stop();
    await settle();

    expect(sent.length).toBe(1);
    expect(run.view.get()).toMatchObject({
      kind: 'finished',
      isStopped: true,
      done: PART,
      left: 35,
    });
    expect(again).toEqual(ids.slice(PART));
  });

  it('comes after the messages that are held in its conversations', async () => {
    const { run, sent, flushed, ids } = build(many(2));
    run.start({ act: 'snooze', until: AT }, ids);
    expect([flushed, sent]).toEqual([ids, []]);
    await settle();
    expect(sent.length).toBe(1);

    run.start({ act: 'label', add: ['x'], remove: [] }, ids);
    await settle();
    expect(flushed).toEqual(ids);
  });

  it('counts refusals by their code and does the others', async () => {
    const { run, ids } = build({ a: { status: 'closed' }, b: {}, c: { status: 'closed' } });
    run.start({ act: 'assign', agent: BEA }, ids);
    await settle();

    expect(run.view.get()).toMatchObject({ done: 1, refused: { conversation_closed: 2 } });
  });

  it('waits where the server asks for patience, and stops where it cannot be reached', async () => {
    const { run, sent, clock, fail, again, ids } = build(many(30));
    fail(new Failure('rate_limited', '', { retry_after_ms: 1_000 }));
    run.start({ act: 'label', add: ['x'], remove: [] }, ids);
    await clock.advance(1_000);
    expect(run.view.get()).toMatchObject({ kind: 'finished', done: 30 });

    fail(Failure.disconnected());
    sent.length = 0;
    run.start({ act: 'label', add: ['y'], remove: [] }, ids);
    await settle();
    expect(sent.length).toBe(1);
    expect(run.view.get()).toMatchObject({
      refused: { disconnected: PART },
      left: 5,
      isStopped: true,
    });
    expect(again).toEqual(ids);
  });

  it('reads anew what has become of a part whose answer was lost', async () => {
    const { run, sent, fail, again, ids } = build(many(30));
    const done = state({ labels: ['x'] });
    fail(Failure.disconnected(), new Map(ids.map((id) => [id, id === 'c1' ? state() : done])));
    run.start({ act: 'label', add: ['x'], remove: [] }, ids);
    await settle();

    expect(sent.length).toBe(1);
    expect(run.view.get()).toMatchObject({ done: 24, refused: { disconnected: 1 }, left: 5 });
    expect(again).toEqual(['c1', ...ids.slice(PART)]);
  });

  it('goes on after a part that the server does not understand', async () => {
    const { run, sent, fail, again, ids } = build(many(30));
    fail(new Failure('bad_request', ''));
    run.start({ act: 'label', add: ['x'], remove: [] }, ids);
    await settle();

    expect(sent.length).toBe(2);
    expect(run.view.get()).toMatchObject({ refused: { bad_request: 30 }, isStopped: false });
    expect(again).toEqual([]);
  });

  it('is one at a time', async () => {
    const { run, ids } = build(many(2));

    expect(run.start({ act: 'close' }, ids)).toBe(true);
    expect(run.start({ act: 'snooze', until: null }, ids)).toBe(false);
    expect(run.owns('c0')).toBe(true);
  });
});

describe('undoing it', () => {
  it('gives every conversation the assignee it had', async () => {
    const ana = agent('ana');
    const { run, stored, ids } = build({
      a: { assignee: ana, responder: { kind: 'agent', agent: ana, since: AT } },
      b: {},
      c: { assignee: agent('cem') },
      d: { responder: { kind: 'agent', agent: ana, since: AT } },
    });
    run.start({ act: 'assign', agent: BEA }, ids);
    await settle();
    expect([...stored.values()].map((it) => it.assignee?.id)).toEqual(['bea', 'bea', 'bea', 'bea']);

    run.undo();
    await settle();

    expect([...stored.values()].map((it) => it.assignee?.id)).toEqual([
      'ana',
      undefined,
      'cem',
      undefined,
    ]);
    expect(['a', 'd'].map((id) => stored.get(id)?.responder.agent?.id)).toEqual(['ana', 'ana']);
    expect(run.view.get()).toMatchObject({ kind: 'undone', total: 4, done: 4 });
  });

  it('leaves alone what somebody has assigned since', async () => {
    const { run, stored, ids } = build({ a: {}, b: {} });
    run.start({ act: 'assign', agent: BEA }, ids);
    await settle();
    stored.set('a', state({ assignee: agent('cem') }));

    run.undo();
    await settle();

    expect([...stored.values()].map((it) => it.assignee?.id)).toEqual(['cem', undefined]);
    expect(run.view.get()?.refused).toEqual({ conflict: 1 });
  });

  it('takes off only the labels that it has added, and gives back those it took', async () => {
    const { run, stored, ids } = build({ a: { labels: ['vip', 'old'] }, b: { labels: [] }, c: {} });
    run.start({ act: 'label', add: ['vip'], remove: ['old'] }, ids);
    await settle();
    stored.set('c', state({ labels: ['vip', 'new'] }));

    run.undo();
    await settle();

    expect([...stored.values()].map((it) => it.labels.join())).toEqual(['vip,old', '', 'vip,new']);
  });

  it('brings back what it has snoozed, but for what has come back by itself', async () => {
    const later = '2026-12-01T09:00:00.000Z';
    const { run, stored, ids } = build({
      a: {},
      b: { snoozed_until: later },
      c: { snoozed_until: later },
    });
    run.start({ act: 'snooze', until: AT }, ids);
    await settle();
    stored.set('c', state({ snoozed_until: null }));

    run.undo();
    await settle();

    expect([...stored.values()].map((it) => it.snoozed_until)).toEqual([null, later, null]);
  });

  it('brings back at once what would have come back by now', async () => {
    const { run, stored, clock, ids } = build({
      a: { snoozed_until: new Date(1_001_000).toISOString() },
    });
    run.start({ act: 'snooze', until: AT }, ids);
    await clock.advance(2_000);

    run.undo();
    await settle();

    expect(stored.get('a')?.snoozed_until).toBeNull();
  });

  it('is offered for a while, and not where nothing has changed', async () => {
    const { run, clock, ids } = build({ a: { labels: ['vip'] } });
    run.start({ act: 'label', add: ['vip'], remove: [] }, ids);
    await settle();
    expect(run.view.get()).toMatchObject({ done: 1, canUndo: false });

    run.start({ act: 'label', add: ['new'], remove: [] }, ids);
    await settle();
    expect(run.view.get()?.canUndo).toBe(true);
    await clock.advance(OFFER_MS);
    expect(run.view.get()).toBeNull();
  });
});
