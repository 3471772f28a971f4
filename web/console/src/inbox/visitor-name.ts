// The name of a conversation's visitor as agents read it.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';

/** Whom agents hold the visitor for, where they were merged into somebody. */
export function visitorName({ visitor, merged_into }: ConversationSummary): string {
  return merged_into?.name ?? visitor.name;
}
