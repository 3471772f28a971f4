// Does the same with many conversations, part by part: what is done, what was refused, and the way back.

import { Cell } from '@switchboard/shared/cell.ts';
import { Failure, type FailureCode } from '@switchboard/shared/errors.ts';
import type { Cancel, Clock } from '@switchboard/shared/ports.ts';
import type {
  BulkAnswer,
  BulkBody,
  ConversationSummary,
  StateForAgents,
} from '@switchboard/shared/wire.ts';
import { isLost, type Outcome, outcomesOfLost } from './bulk-lost.ts';
import { type BulkAct, type Done, partsOf, undoPartsOf } from './bulk-parts.ts';
import { BulkTally } from './bulk-tally.ts';

/** A close cannot be undone: for so long nothing of it is sent. */
export const CLOSE_DELAY_MS = 6_000;
/** For so long a finished act is shown, and can be undone. */
export const OFFER_MS = 20_000;
/** What was refused takes longer to read. */
const REFUSED_MS = 60_000;
const TICK_MS = 1_000;
/** A part is sent again so often where the server asks for patience. */
const TRIES = 4;

export interface BulkView {
  /** `waiting`: a close that is not sent yet. `undone`: what was done is put back. */
  kind: 'waiting' | 'running' | 'undoing' | 'finished' | 'undone';
  act: BulkAct;
  decided_at_ms: number;
  total: number;
  done: number;
  /** How many were refused, by the code of the refusal. */
  refused: Readonly<Record<string, number>>;
  /** How many were not tried, of an act that has ended. */
  left: number;
  /** Until a close is sent. */
  seconds_left: number;
  isStopped: boolean;
  canUndo: boolean;
}

interface Options {
  clock: Clock;
  send: (body: BulkBody) => Promise<BulkAnswer>;
  find: (id: string) => ConversationSummary | null;
  /** Reads a conversation anew, where the answer to an act was lost. */
  read: (id: string) => Promise<ConversationSummary>;
  /** Sends the messages that are held there; they belong before the act. */
  sendHeld: (ids: readonly string[]) => Promise<void>;
  /** Conversations in which the act was neither done nor refused. */
  pickAgain: (ids: readonly string[]) => void;
}

export class BulkRun {
  readonly view = new Cell<BulkView | null>(null);
  readonly #options: Options;
  #timer: Cancel | null = null;
  #done: Done[] = [];
  /** Conversations of the act: that they change is no news to whoever did it. */
  #own: ReadonlySet<string> = new Set();

  constructor(options: Options) {
    this.#options = options;
  }

  get isBusy(): boolean {
    const kind = this.view.get()?.kind;
    return kind === 'waiting' || kind === 'running' || kind === 'undoing';
  }

  owns(id: string): boolean {
    return this.view.get() !== null && this.#own.has(id);
  }

  /** Begins; there is one at a time. Returns whether it has begun. */
  start(act: BulkAct, ids: readonly string[]): boolean {
    const found = ids.flatMap((id) => this.#options.find(id) ?? []);
    if (this.isBusy || found.length === 0) return false;
    this.#forgetTimer();
    this.#done = [];
    this.#own = new Set(found.map((it) => it.id));
    this.view.set({
      kind: 'running',
      act,
      decided_at_ms: this.#options.clock.now_ms(),
      total: found.length,
      done: 0,
      refused: {},
      left: 0,
      seconds_left: 0,
      isStopped: false,
      canUndo: false,
    });
    if (act.act === 'close') {
      void this.#options.sendHeld([...this.#own]);
      this.#countDown(CLOSE_DELAY_MS / TICK_MS, () => this.#run(act, found));
    } else void this.#run(act, found);
    return true;
  }

  /** Takes a close back that is not sent yet, or sends no further part. */
  stop(): void {
    const view = this.view.get();
    if (view?.kind === 'waiting') this.dismiss();
    else if (this.isBusy) this.#change({ isStopped: true });
  }

  /** Puts back what each had before, where nothing has changed since. */
  undo(): void {
    const view = this.view.get();
    if (!view?.canUndo) return;
    this.#forgetTimer();
    const parts = this.#undoParts(view.act);
    this.#change({
      kind: 'undoing',
      total: new BulkTally(parts).total,
      done: 0,
      refused: {},
      left: 0,
      isStopped: false,
      canUndo: false,
    });
    void this.#send(parts, () => {}).then(() => this.#finish('undone'));
  }

  /** Also for a page that is left: a close that waits is not sent. */
  dismiss(): void {
    const kind = this.view.get()?.kind;
    if (kind === 'running' || kind === 'undoing') return;
    this.#forgetTimer();
    this.view.set(null);
  }

  #countDown(seconds: number, run: () => Promise<void>): void {
    if (seconds <= 0) {
      this.#timer = null;
      void run();
      return;
    }
    this.#change({ kind: 'waiting', seconds_left: seconds });
    this.#timer = this.#options.clock.after(TICK_MS, () => this.#countDown(seconds - 1, run));
  }

  async #run(act: BulkAct, found: readonly ConversationSummary[]): Promise<void> {
    this.#change({ kind: 'running', seconds_left: 0 });
    const before = new Map(found.map((it) => [it.id, it.state]));
    if (act.act !== 'label') await this.#options.sendHeld([...before.keys()]);
    const tally = await this.#send(partsOf(act, found), (id, state) => {
      const was = before.get(id);
      if (was) this.#done.push({ id, before: was, after: state });
    });
    this.#finish('finished');
    this.#options.pickAgain(tally.toDoAgain());
  }

  #undoParts(act: BulkAct): BulkBody[] {
    const { find, clock } = this.#options;
    return undoPartsOf(act, this.#done, find, clock.now_ms());
  }

  #finish(kind: 'finished' | 'undone'): void {
    const view = this.view.get();
    if (!view) return;
    const canUndo = kind === 'finished' && this.#undoParts(view.act).length > 0;
    this.#change({ kind, canUndo });
    const isLong = view.left > 0 || Object.keys(view.refused).length > 0;
    this.#timer = this.#options.clock.after(isLong ? REFUSED_MS : OFFER_MS, () => this.dismiss());
  }

  /** Sends parts one after the other, until somebody stops it or the server cannot be reached. */
  async #send(
    parts: readonly BulkBody[],
    onDone: (id: string, state: StateForAgents) => void,
  ): Promise<BulkTally> {
    const tally = new BulkTally(parts);
    for (const part of parts) {
      if (this.view.get()?.isStopped) break;
      const ids = part.session_ids.filter((id) => !tally.isRefused(id));
      if (ids.length === 0) continue;
      for (const { id, state, refusal } of await this.#outcomes({ ...part, session_ids: ids })) {
        if (refusal !== null) tally.refuse(id, isLost(refusal));
        else if (state) onDone(id, state);
        if (refusal !== null || tally.settle(id)) this.#count(1, refusal);
      }
    }
    this.#change({ left: tally.left().length });
    return tally;
  }

  async #outcomes(body: BulkBody): Promise<Outcome[]> {
    try {
      const { results } = await this.#ask(body);
      return results.map((it) => ({
        id: it.session_id,
        state: it.state,
        refusal: it.error?.code ?? null,
      }));
    } catch (error) {
      const code: FailureCode = error instanceof Failure ? error.code : 'internal';
      const outcomes = await outcomesOfLost(body, code, this.#options.read);
      // What is wrong with one request says nothing of the next.
      const goesOn = code === 'bad_request' || outcomes.every((it) => it.refusal === null);
      if (!goesOn) this.#change({ isStopped: true });
      return outcomes;
    }
  }

  async #ask(body: BulkBody): Promise<BulkAnswer> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#options.send(body);
      } catch (error) {
        const isPatient = error instanceof Failure && error.code === 'rate_limited';
        if (!isPatient || tried === TRIES) throw error;
        const { retry_after_ms: waitMs } = error;
        await new Promise<void>((resolve) => void this.#options.clock.after(waitMs, resolve));
      }
    }
  }

  #count(count: number, refusal: string | null): void {
    const view = this.view.get();
    if (!view) return;
    if (refusal === null) this.#change({ done: view.done + count });
    else {
      const known = view.refused[refusal] ?? 0;
      this.#change({ refused: { ...view.refused, [refusal]: known + count } });
    }
  }

  #change(change: Partial<BulkView>): void {
    this.view.update((view) => (view ? { ...view, ...change } : view));
  }

  #forgetTimer(): void {
    this.#timer?.();
    this.#timer = null;
  }
}
