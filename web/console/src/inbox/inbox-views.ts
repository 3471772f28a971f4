// The views of the inbox, in the order of their tabs.

import type { InboxView } from '@switchboard/shared/wire.ts';

export const VIEWS: readonly InboxView[] = ['my_turn', 'waiting', 'mine', 'unassigned', 'all'];
/** Looked at less often. */
export const ASIDE: readonly InboxView[] = ['mentions', 'snoozed', 'closed'];
