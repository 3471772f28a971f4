// Does the same with many conversations, part by part: what is done, what was refused, and the way back.

import { Cell } from '@switchboard/shared/cell.ts';
import { Failure } from '@switchboard/shared/errors.ts';
import type { Cancel, Clock } from '@switchboard/shared/ports.ts';
import type { BulkAnswer, BulkBody, ConversationSummary } from '@switchboard/shared/wire.ts';
import { type BulkAct, type Done, partsOf, undoPartsOf } from './bulk-parts.ts';

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
  /** Until a close is sent. */
  seconds_left: number;
  isStopped: boolean;
  canUndo: boolean;
}

interface Options {
  clock: Clock;
  send: (body: BulkBody) => Promise<BulkAnswer>;
  find: (id: string) => ConversationSummary | null;
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
      seconds_left: 0,
      isStopped: false,
      canUndo: false,
    });
    if (act.act === 'close') this.#countDown(CLOSE_DELAY_MS / TICK_MS, () => this.#run(act, found));
    else void this.#run(act, found);
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
    const parts = undoPartsOf(view.act, this.#done, this.#options.find);
    const total = parts.reduce((sum, it) => sum + it.session_ids.length, 0);
    this.#change({
      kind: 'undoing',
      total,
      done: 0,
      refused: {},
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
    await this.#send(partsOf(act, found), ({ results }) => {
      for (const { session_id: id, state } of results) {
        const was = before.get(id);
        if (state && was) this.#done.push({ id, before: was, after: state });
      }
    });
    this.#finish('finished');
  }

  #finish(kind: 'finished' | 'undone'): void {
    const view = this.view.get();
    if (!view) return;
    const canUndo =
      kind === 'finished' && undoPartsOf(view.act, this.#done, this.#options.find).length > 0;
    this.#change({ kind, canUndo });
    const shownMs = Object.keys(view.refused).length > 0 ? REFUSED_MS : OFFER_MS;
    this.#timer = this.#options.clock.after(shownMs, () => this.dismiss());
  }

  /** Sends parts one after the other, until somebody stops it or the server cannot be reached. */
  async #send(parts: readonly BulkBody[], onAnswer: (answer: BulkAnswer) => void): Promise<void> {
    const refused = new Set<string>();
    for (const part of parts) {
      if (this.view.get()?.isStopped) return;
      // What was refused once is left alone from then on.
      const ids = part.session_ids.filter((id) => !refused.has(id));
      if (ids.length === 0) continue;
      try {
        const answer = await this.#ask({ ...part, session_ids: ids });
        onAnswer(answer);
        for (const { session_id: id, error } of answer.results) {
          if (error) refused.add(id);
          this.#count(1, error?.code ?? null);
        }
      } catch (error) {
        this.#count(ids.length, error instanceof Failure ? error.code : 'internal');
        this.#change({ isStopped: true });
      }
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
