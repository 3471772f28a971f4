// Whether somebody is there, as the channel said it last.

import type { ChatState } from '../chat/chat.ts';
import type { Words } from '../words.ts';
import { tellReturn } from './format.ts';

/** Null where nothing is known, or only of long ago. */
export function availabilityText({ channel, isStale }: ChatState, words: Words): string | null {
  const facts = channel?.availability;
  if (!facts || isStale) return null;
  const { is_open, reopens_at, online, usual_wait_seconds } = facts;
  if (!is_open && reopens_at && Date.parse(reopens_at) > Date.now()) {
    return tellReturn(reopens_at, Date.now(), words, 'status.backAt', 'status.back');
  }
  if (!is_open || online === 0) return words.t('status.nobody');
  if (usual_wait_seconds === null) return words.t('status.here');
  return words.t('status.usual', { count: Math.max(1, Math.round(usual_wait_seconds / 60)) });
}
