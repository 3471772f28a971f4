// Waits until messages have reached the hub, so that what follows does not overtake them.

import type { Cell } from '@switchboard/shared/cell.ts';
import type { OutboxItem } from '@switchboard/shared/outbox.ts';
import type { Clock } from '@switchboard/shared/ports.ts';

/** Longer than this nobody waits: without a connection what follows is refused as well. */
export const SENT_MAX_MS = 3_000;

type Waiting = Pick<OutboxItem, 'session_id' | 'status'>;

export function untilSent(
  items: Pick<Cell<readonly Waiting[]>, 'get' | 'subscribe'>,
  sessionIds: readonly string[],
  clock: Clock,
): Promise<void> {
  const ids: ReadonlySet<string | null> = new Set(sessionIds);
  const isSent = () => !items.get().some((it) => it.status === 'sending' && ids.has(it.session_id));
  return new Promise((resolve) => {
    if (isSent()) return resolve();
    const end = () => {
      stop();
      cancel();
      resolve();
    };
    const stop = items.subscribe(() => isSent() && end());
    const cancel = clock.after(SENT_MAX_MS, end);
  });
}
