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
  /** The hold by which this tab leads. */
  #held: object | null = null;
  /** Whether a request waits for its turn, and whether one that steals is on its way: one of each is enough. */
  #isWaiting = false;
  #isTaking = false;
  #stop = new AbortController();

  /** Where there are no locks, as on a plain HTTP address, every tab leads. */
  constructor(locks: Locks | undefined, name: string) {
    this.#locks = locks;
    this.#name = name;
  }

  get isLeading(): boolean {
    return this.#held !== null || !this.#locks;
  }

  /** Leads as soon as no other tab does. */
  start(): void {
    this.#wait();
  }

  /** Leads now, because the agent uses this tab. */
  take(): void {
    if (this.isLeading || this.#isTaking || this.#stop.signal.aborted) return;
    this.#isTaking = true;
    const settle = () => {
      this.#isTaking = false;
    };
    this.#hold({ steal: true }, settle);
  }

  close(): void {
    this.#stop.abort();
  }

  #wait(): void {
    const { signal } = this.#stop;
    if (this.#isWaiting || signal.aborted) return;
    this.#isWaiting = true;
    const settle = () => {
      this.#isWaiting = false;
    };
    this.#hold({ signal }, settle);
  }

  /** `onSettled`: the request waits no more. */
  #hold(options: { steal?: boolean; signal?: AbortSignal }, onSettled: () => void): void {
    const { signal } = this.#stop;
    const own = {};
    const hold = () =>
      new Promise<void>((resolve) => {
        onSettled();
        if (signal.aborted) return resolve();
        this.#held = own;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    this.#locks?.request(this.#name, options, hold).catch(() => {
      // Another tab was used and has taken it; or this one ends.
      if (this.#held === own) this.#held = null;
      else onSettled();
      this.#wait();
    });
  }
}
