// What is sent to do the same with many conversations, and to put back what each had before.

import type { BulkBody, ConversationSummary, StateForAgents } from '@switchboard/shared/wire.ts';

export type BulkAct =
  | { act: 'assign'; agent: { id: string; name: string } | null }
  | { act: 'label'; add: readonly string[]; remove: readonly string[] }
  | { act: 'snooze'; until: string | null }
  | { act: 'close' };

/** A conversation in which the act was done: as it was before, and as it was right after. */
export interface Done {
  id: string;
  before: StateForAgents;
  after: StateForAgents;
}

/** So many conversations go in one request: progress is true, and the rest can be stopped. */
export const PART = 25;

/** The requests that do it; an assignment says whom each was assigned to, so that nobody else's is undone. */
export function partsOf(act: BulkAct, conversations: readonly ConversationSummary[]): BulkBody[] {
  const ids = conversations.map((it) => it.id);
  switch (act.act) {
    case 'assign': {
      const groups = groupBy(conversations, (it) => it.state.assignee?.id ?? null);
      return groups.flatMap(([expected, those]) =>
        assigning(
          those.map((it) => it.id),
          act.agent?.id ?? null,
          expected,
        ),
      );
    }
    case 'label':
      return labelling(ids, act.add, act.remove);
    case 'snooze':
      return cut(ids).map((part) => ({ act: 'snooze', session_ids: part, until: act.until }));
    case 'close':
      return cut(ids).map((part) => ({ act: 'close', session_ids: part }));
  }
}

type Find = (id: string) => ConversationSummary | null;

/** The requests that put back what each had before, where nothing has changed since. A close is never undone. */
export function undoPartsOf(
  act: BulkAct,
  done: readonly Done[],
  find: Find,
  nowMs: number,
): BulkBody[] {
  switch (act.act) {
    case 'assign':
      return undoAssign(act.agent?.id ?? null, done);
    case 'label':
      return undoLabel(act, done, find);
    case 'snooze':
      return undoSnooze(done, find, nowMs);
    case 'close':
      return [];
  }
}

/** The server refuses where somebody else has assigned it since. */
function undoAssign(to: string | null, done: readonly Done[]): BulkBody[] {
  const moved = done.filter(
    (it) => it.before.assignee?.id !== it.after.assignee?.id || isTaken(it),
  );
  const groups = groupBy(moved, ({ before }) => before.assignee?.id ?? null);
  return groups.flatMap(([assignee, those]) => {
    if (assignee !== null) return assigning(idsOf(those), assignee, to);
    // Whoever answered without being the assignee answers again, and is not the assignee again.
    const holders = groupBy(those, (it) => (isTaken(it) ? (holderOf(it.before) ?? null) : null));
    return holders.flatMap(([holder, ids]) =>
      holder === null
        ? assigning(idsOf(ids), null, to)
        : [...assigning(idsOf(ids), holder, to), ...assigning(idsOf(ids), null, holder)],
    );
  });
}

function holderOf(state: StateForAgents): string | undefined {
  return state.responder.agent?.id;
}

function isTaken({ before, after }: Done): boolean {
  return holderOf(before) !== undefined && holderOf(before) !== holderOf(after);
}

/** Only what this act has added or removed, and only where the labels still stand as it left them. */
function undoLabel(
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
  done: readonly Done[],
  find: Find,
): BulkBody[] {
  const changes = done.flatMap(({ id, before, after }) => {
    const now = find(id)?.state.labels ?? after.labels;
    if (!isSame(now, after.labels) && !isSame(now, before.labels)) return [];
    const added = add.filter((it) => !before.labels.includes(it));
    const removed = remove.filter((it) => before.labels.includes(it) && !add.includes(it));
    return added.length + removed.length > 0 ? [{ id, added, removed }] : [];
  });
  const groups = groupBy(changes, (it) => JSON.stringify([it.added, it.removed]));
  return groups.flatMap(([, those]) => {
    const [first] = those;
    return first ? labelling(idsOf(those), first.removed, first.added) : [];
  });
}

/** Where the moment from before has passed, it would have come back by now. */
function undoSnooze(done: readonly Done[], find: Find, nowMs: number): BulkBody[] {
  const same = done.filter(({ id, before, after }) => {
    if (before.snoozed_until === after.snoozed_until) return false;
    const now = find(id)?.state.snoozed_until ?? null;
    return now === after.snoozed_until || now === before.snoozed_until;
  });
  const groups = groupBy(same, ({ before }) => {
    const until = before.snoozed_until ?? null;
    return until !== null && Date.parse(until) <= nowMs ? null : until;
  });
  return groups.flatMap(([until, those]) =>
    cut(idsOf(those)).map((part): BulkBody => ({ act: 'snooze', session_ids: part, until })),
  );
}

function assigning(
  ids: readonly string[],
  agentId: string | null,
  expected: string | null,
): BulkBody[] {
  return cut(ids).map((part) => ({
    act: 'assign',
    session_ids: part,
    agent_id: agentId,
    expected,
  }));
}

function labelling(
  ids: readonly string[],
  add: readonly string[],
  remove: readonly string[],
): BulkBody[] {
  return cut(ids).map((part) => ({
    act: 'label',
    session_ids: part,
    add: [...add],
    remove: [...remove],
  }));
}

function cut(ids: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let at = 0; at < ids.length; at += PART) parts.push(ids.slice(at, at + PART));
  return parts;
}

function idsOf(those: readonly { id: string }[]): string[] {
  return those.map((it) => it.id);
}

function groupBy<T, K>(all: readonly T[], keyOf: (it: T) => K): [K, T[]][] {
  const groups = new Map<K, T[]>();
  for (const it of all) {
    const key = keyOf(it);
    const group = groups.get(key);
    if (group) group.push(it);
    else groups.set(key, [it]);
  }
  return [...groups];
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((it) => other.includes(it));
}
