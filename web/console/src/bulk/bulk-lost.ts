// What became of a request whose answer was lost: the conversations are read anew, and tell.

import type { FailureCode } from '@switchboard/shared/errors.ts';
import type { BulkBody, ConversationSummary, StateForAgents } from '@switchboard/shared/wire.ts';

/** After these the act may have been done all the same. */
const LOST: readonly FailureCode[] = ['disconnected', 'timeout', 'unavailable', 'internal'];

export function isLost(code: FailureCode): boolean {
  return LOST.includes(code);
}

/** How one conversation came out of a request: its state where the act was done, otherwise why not. */
export interface Outcome {
  id: string;
  state: StateForAgents | null;
  refusal: FailureCode | null;
}

type Read = (id: string) => Promise<ConversationSummary>;

export function outcomesOfLost(body: BulkBody, code: FailureCode, read: Read): Promise<Outcome[]> {
  return Promise.all(
    body.session_ids.map(async (id): Promise<Outcome> => {
      const now = isLost(code) ? await read(id).catch(() => null) : null;
      if (now && isDone(body, now.state)) return { id, state: now.state, refusal: null };
      return { id, state: null, refusal: code };
    }),
  );
}

function isDone(body: BulkBody, { assignee, labels, snoozed_until, status }: StateForAgents) {
  switch (body.act) {
    case 'assign':
      return (assignee?.id ?? null) === (body.agent_id ?? null);
    case 'label':
      return (
        (body.add ?? []).every((it) => labels.includes(it)) &&
        !(body.remove ?? []).some((it) => labels.includes(it))
      );
    case 'snooze':
      return momentOf(snoozed_until) === momentOf(body.until);
    case 'close':
      return status === 'closed';
  }
}

function momentOf(time: string | null | undefined): number | null {
  return time ? Date.parse(time) : null;
}
