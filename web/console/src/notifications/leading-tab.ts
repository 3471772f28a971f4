// Of several tabs of one agent in one browser, one makes sounds and shows notifications: the one that was used last. It
// holds a lock; the others wait for it, so that another goes on when it is closed.

/** As much of the browser's locks as is needed here. */
export interface Locks {
  request(
    name: string,
    options: { steal?: boolean; signal?: AbortSignal },
    hold: () => Promise<void>,
  ): Promise<void>;
}

export class LeadingTab {
  #locks: Locks | undefined;
  #name: string;
  #isLeading = false;
  #stop = new AbortController();

  /** Where there are no locks, as on a plain HTTP address, every tab leads. */
  constructor(locks: Locks | undefined, name: string) {
    this.#locks = locks;
    this.#name = name;
  }

  get isLeading(): boolean {
    return this.#isLeading || !this.#locks;
  }

  /** Leads as soon as no other tab does. */
  start(): void {
    this.#hold({ signal: this.#stop.signal });
  }

  /** Leads now, because the agent uses this tab. */
  take(): void {
    if (!this.isLeading && !this.#stop.signal.aborted) this.#hold({ steal: true });
  }

  close(): void {
    this.#stop.abort();
  }

  #hold(options: { steal?: boolean; signal?: AbortSignal }): void {
    const { signal } = this.#stop;
    const hold = () =>
      new Promise<void>((resolve) => {
        if (signal.aborted) return resolve();
        this.#isLeading = true;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    this.#locks?.request(this.#name, options, hold).catch(() => {
      // Another tab was used and has taken it; or this one ends.
      this.#isLeading = false;
      if (!signal.aborted) this.#hold({ signal });
    });
  }
}
