// The side of the tab that has the connection: what other tabs ask goes to the hub, what the hub says goes to them.

import type { Connection, Tap } from '@switchboard/shared/connection.ts';
import type { Cancel } from '@switchboard/shared/ports.ts';
import type { Channel, Said } from './share-wire.ts';

interface Frame {
  event?: string;
  id?: number;
  ack?: number;
  data?: unknown;
  error?: unknown;
}

/** What a tab has asked the hub, under an id of ours. */
interface Asked {
  from: string;
  id: number;
  event: string;
  session_id: string;
}

/** Ours are above all that a tab counts up to. */
const FIRST_ID = 1_000_000_000;
/** This tab among those that have joined. */
const ME = '';

export class Relay implements Tap {
  #connection: Connection;
  #channel: Channel;
  /** Tabs that have knocked; true for those that were let in. */
  #tabs = new Map<string, boolean>();
  #asked = new Map<number, Asked>();
  #next_id = FIRST_ID;
  /** By conversation: the joins under way, in their order. A history is for the first of them. */
  #joins = new Map<string, { tab: string; id: number }[]>();
  #joined = new Map<string, Set<string>>();
  /** What tabs ask until it is known that no join of before is under way. */
  #held: Extract<Said, { kind: 'ask' }>[] | null = null;
  /** The last name for which the connection was opened anew. */
  #renamed = '';
  #stopWatching: Cancel;

  constructor(connection: Connection, channel: Channel, joined: string | null) {
    this.#connection = connection;
    this.#channel = channel;
    if (joined !== null) this.#joinedOf(joined).add(ME);
    connection.tap = this;
    if (connection.hello) this.#drain();
    this.#stopWatching = connection.state.subscribe(({ kind }) => {
      if (kind === 'open') this.#welcome();
      else this.#lose();
    });
  }

  stop(): void {
    this.#stopWatching();
    if (this.#connection.tap === this) this.#connection.tap = null;
  }

  /** What another tab says. */
  take(said: Said): void {
    if (said.kind === 'knock') this.#letIn(said.from, said.as);
    else if (said.kind === 'bye') this.#forget(said.from);
    else if (said.kind === 'ask') {
      if (!this.#tabs.get(said.from)) this.#say({ kind: 'gone', to: said.from });
      else if (this.#held) this.#held.push(said);
      else this.#ask(said.from, said.text);
    }
  }

  /** What this tab sends. */
  sent(text: string): void {
    const { event, id = 0, data } = JSON.parse(text) as Frame;
    const sessionId = sessionOf(data);
    if (event === 'join:session') this.#joinsOf(sessionId).push({ tab: ME, id });
    if (event !== 'leave:session') return;
    const others = this.#leave(ME, sessionId);
    // The hub takes the whole connection out: those who stay come back by themselves.
    for (const tab of others) this.#dismiss(tab);
  }

  /** True for what is not for this tab. */
  received(text: unknown): boolean {
    const frame = typeof text === 'string' ? (JSON.parse(text) as Frame) : {};
    if (frame.ack !== undefined) return this.#answered(frame, frame.ack);
    if (frame.event === 'session:history') {
      const tab = this.#joinsOf(sessionOf(frame.data))[0]?.tab ?? ME;
      if (tab !== ME) this.#say({ kind: 'tell', to: tab, text: String(text) });
      return tab !== ME;
    }
    if (frame.event !== 'error' && [...this.#tabs.values()].includes(true)) {
      this.#say({ kind: 'tell', to: null, text: String(text) });
    }
    return false;
  }

  #letIn(tab: string, as: string): void {
    const { hello } = this.#connection;
    this.#tabs.set(tab, hello !== null);
    this.#say({ kind: hello ? 'here' : 'wait', to: tab });
    // The hub takes a visitor's name when the connection opens.
    if (!hello || as === '' || as === hello.user.name || as === this.#renamed) return;
    this.#renamed = as;
    this.#connection.lost();
  }

  #welcome(): void {
    for (const [tab, isIn] of this.#tabs) {
      if (isIn) continue;
      this.#tabs.set(tab, true);
      this.#say({ kind: 'here', to: tab });
    }
  }

  /** All that was under way is lost; tabs knock again. */
  #lose(): void {
    const wasIn = [...this.#tabs.values()].includes(true);
    this.#asked.clear();
    this.#joins.clear();
    this.#joined.clear();
    this.#held = null;
    if (!wasIn) return;
    this.#tabs.clear();
    this.#say({ kind: 'gone', to: null });
  }

  #ask(from: string, text: string): void {
    const frame = JSON.parse(text) as Frame;
    const { event = '', id = 0 } = frame;
    const sessionId = sessionOf(frame.data);
    if (event === 'hello') {
      this.#reply(from, id, this.#connection.hello);
      return;
    }
    if (event === 'leave:session' && this.#leave(from, sessionId).size > 0) {
      this.#reply(from, id, {});
      return;
    }
    const ours = this.#forward(frame);
    this.#asked.set(ours, { from, id, event, session_id: sessionId });
    if (event === 'join:session') this.#joinsOf(sessionId).push({ tab: from, id: ours });
  }

  #answered(frame: Frame, ack: number): boolean {
    const asked = this.#asked.get(ack);
    this.#asked.delete(ack);
    for (const [sessionId, joins] of this.#joins) {
      const join = joins.find((it) => it.id === ack);
      if (!join) continue;
      this.#joins.set(
        sessionId,
        joins.filter((it) => it !== join),
      );
      if (!frame.error) this.#joinedOf(sessionId).add(join.tab);
    }
    if (asked) {
      const text = JSON.stringify({ ...frame, ack: asked.id });
      this.#say({ kind: 'tell', to: asked.from, text });
    } else if (ack === FIRST_ID) this.#drained();
    return ack >= FIRST_ID;
  }

  /** Events are answered in their order: after the answer to this one, nothing of before is under way. */
  #drain(): void {
    this.#held = [];
    this.#forward({ event: 'leave:session', data: { session_id: '-' } });
  }

  #drained(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const { from, text } of held) if (this.#tabs.get(from)) this.#ask(from, text);
  }

  #forward(frame: Frame): number {
    const id = this.#next_id;
    this.#next_id += 1;
    this.#connection.post(JSON.stringify({ ...frame, id }));
    return id;
  }

  /** A tab has left a conversation. Who is still in it? */
  #leave(tab: string, sessionId: string): ReadonlySet<string> {
    const joined = this.#joinedOf(sessionId);
    joined.delete(tab);
    return joined;
  }

  #forget(tab: string): void {
    this.#tabs.delete(tab);
    for (const [sessionId, joined] of this.#joined) {
      if (!joined.delete(tab) || joined.size > 0) continue;
      this.#forward({ event: 'leave:session', data: { session_id: sessionId } });
    }
  }

  #dismiss(tab: string): void {
    this.#tabs.delete(tab);
    for (const joined of this.#joined.values()) joined.delete(tab);
    this.#say({ kind: 'gone', to: tab });
  }

  #reply(to: string, id: number, data: unknown): void {
    this.#say({ kind: 'tell', to, text: JSON.stringify({ ack: id, data }) });
  }

  #say(said: Said): void {
    this.#channel.postMessage(said);
  }

  #joinsOf(sessionId: string): { tab: string; id: number }[] {
    const joins = this.#joins.get(sessionId) ?? [];
    this.#joins.set(sessionId, joins);
    return joins;
  }

  #joinedOf(sessionId: string): Set<string> {
    const joined = this.#joined.get(sessionId) ?? new Set();
    this.#joined.set(sessionId, joined);
    return joined;
  }
}

function sessionOf(data: unknown): string {
  const { session_id } = (data ?? {}) as { session_id?: unknown };
  return typeof session_id === 'string' ? session_id : '';
}
