// Who is typing, in both directions: what others write lapses by itself, what we write is told seldom.

import { Cell } from './cell.ts';
import type { Cancel, Clock } from './ports.ts';
import type { User } from './wire.ts';

export interface Typist {
  user: User;
  preview: string | null;
}

export type TypingNews = { kind: 'start'; preview: string } | { kind: 'stop' };

const LAPSE_MS = 6_000;
const TELL_EVERY_MS = 2_000;
const IDLE_MS = 4_500;

/** The others who are typing now. */
export class TypingBoard {
  readonly typists = new Cell<readonly Typist[]>([]);
  #clock: Clock;
  #lapses = new Map<string, Cancel>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(user: User, preview: string | undefined): void {
    this.#lapses.get(user.id)?.();
    this.#lapses.set(
      user.id,
      this.#clock.after(LAPSE_MS, () => this.stop(user.id)),
    );
    const typist = { user, preview: preview ?? null };
    this.typists.update((all) =>
      all.some((known) => known.user.id === user.id)
        ? all.map((known) => (known.user.id === user.id ? typist : known))
        : [...all, typist],
    );
  }

  stop(userId: string): void {
    const lapse = this.#lapses.get(userId);
    if (!lapse) return;
    lapse();
    this.#lapses.delete(userId);
    this.typists.update((all) => all.filter((typist) => typist.user.id !== userId));
  }

  clear(): void {
    for (const lapse of this.#lapses.values()) lapse();
    this.#lapses.clear();
    this.typists.set([]);
  }
}

/** Tells the hub that we are typing: at once, then at most every two seconds, with the latest text. */
export class TypingTeller {
  #clock: Clock;
  #tell: (news: TypingNews) => void;
  #text = '';
  #isTyping = false;
  #hasNews = false;
  #cancelNext: Cancel | null = null;
  #cancelIdle: Cancel = () => {};

  constructor(clock: Clock, tell: (news: TypingNews) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** The text in the composer changed. */
  write(text: string): void {
    if (text.trim() === '') {
      this.stop();
      return;
    }
    this.#text = text;
    this.#hasNews = true;
    this.#cancelIdle();
    this.#cancelIdle = this.#clock.after(IDLE_MS, () => this.stop());
    if (!this.#cancelNext) this.#say();
  }

  /** The text was sent, deleted, or left alone. */
  stop(): void {
    this.#cancelIdle();
    this.#cancelNext?.();
    this.#cancelNext = null;
    this.#hasNews = false;
    if (!this.#isTyping) return;
    this.#isTyping = false;
    this.#tell({ kind: 'stop' });
  }

  #say(): void {
    this.#hasNews = false;
    this.#isTyping = true;
    this.#tell({ kind: 'start', preview: this.#text });
    this.#cancelNext = this.#clock.after(TELL_EVERY_MS, () => {
      this.#cancelNext = null;
      if (this.#hasNews) this.#say();
    });
  }
}
