// That a limit of usage is nearly or wholly used up: short news when it happens, and what they say.

import type { Connection } from '@switchboard/shared/connection.ts';
import type { HubEvents } from '@switchboard/shared/wire.ts';
import { labelOf } from './setting-label.ts';
import { toast } from './toasts.ts';
import type { Words } from './words.ts';

type LimitWarning = Pick<HubEvents['usage:warning'], 'limit' | 'percent' | 'mode'>;

const FULL_PERCENT = 100;

export function warningText({ limit, percent, mode }: LimitWarning, words: Words): string {
  const full = mode === 'hard' ? 'usage.stopped' : 'usage.over';
  const key = percent >= FULL_PERCENT ? full : 'usage.near';
  return words.t(key, { limit: labelOf({ name: limit }, words), percent });
}

/** Says each warning once, as it comes; `onWarning` looks at the numbers again. Gives back how to stop. */
export function watchLimits(
  connection: Pick<Connection, 'on'>,
  words: Words,
  onWarning: () => void,
): () => void {
  return connection.on('usage:warning', (warning) => {
    toast('bad', warningText(warning, words));
    onWarning();
  });
}
