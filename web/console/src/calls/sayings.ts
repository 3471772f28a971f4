// Words that agents let the assistant's voice say: what of them is shown until they are heard or not.

import type { Saying } from '@switchboard/shared/voice/call-wire.ts';

/** The words after news of one: those that wait, and the newest that the visitor will not hear. */
export function withSaying(sayings: readonly Saying[], news: Saying): readonly Saying[] {
  const waiting = sayings.filter(
    ({ say_id, stage }) => say_id !== news.say_id && stage === 'waiting',
  );
  return news.stage === 'speaking' ? waiting : [...waiting, news];
}
