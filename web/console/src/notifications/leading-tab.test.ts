import { expect, test } from 'vitest';
import { LeadingTab, type Locks } from './leading-tab.ts';

interface Waiting {
  hold: () => Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** One lock, as browsers give it: in turn, and to whoever steals it at once. */
class OneLock implements Locks {
  #holder: Waiting | null = null;
  #queue: Waiting[] = [];
  request_count = 0;

  get waiting_count(): number {
    return this.#queue.length;
  }

  request(_name: string, options: { steal?: boolean }, hold: () => Promise<void>): Promise<void> {
    this.request_count += 1;
    return new Promise((resolve, reject) => {
      const waiting = { hold, resolve, reject };
      if (options.steal) {
        this.#holder?.reject(new Error('stolen'));
        this.#give(waiting);
      } else if (this.#holder) this.#queue.push(waiting);
      else this.#give(waiting);
    });
  }

  #give(waiting: Waiting): void {
    this.#holder = waiting;
    void waiting.hold().then(() => {
      if (this.#holder !== waiting) return;
      waiting.resolve();
      this.#holder = null;
      const next = this.#queue.shift();
      if (next) this.#give(next);
    });
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

function leaders(...tabs: LeadingTab[]): boolean[] {
  return tabs.map((tab) => tab.isLeading);
}

test('one tab leads: the one that was used last, and another when it is closed', async () => {
  const locks = new OneLock();
  const [first, second] = [new LeadingTab(locks, 'x'), new LeadingTab(locks, 'x')];
  first.start();
  second.start();
  await settled();
  expect(leaders(first, second)).toEqual([true, false]);
  second.take();
  await settled();
  expect(leaders(first, second)).toEqual([false, true]);
  second.take();
  second.close();
  await settled();
  expect(first.isLeading).toBe(true);
});

test('however often tabs are changed, each waits once', async () => {
  const locks = new OneLock();
  const [first, second] = [new LeadingTab(locks, 'x'), new LeadingTab(locks, 'x')];
  first.start();
  second.start();
  for (let turn = 0; turn < 5; turn += 1) {
    for (const tab of [second, first]) {
      tab.take();
      tab.take();
      await settled();
      expect(leaders(first, second)).toEqual([tab === first, tab === second]);
    }
  }
  expect(locks.waiting_count).toBe(2);
  expect(locks.request_count).toBe(2 + 10 + 1);
});

test('without locks every tab leads', () => {
  const tab = new LeadingTab(undefined, 'x');
  tab.start();
  tab.take();
  expect(tab.isLeading).toBe(true);
});
