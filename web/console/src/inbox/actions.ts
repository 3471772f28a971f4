// What an agent can do with a conversation, with the hub's refusals told in words.

import type { Room } from '@switchboard/shared/room.ts';
import type { ReleaseTarget, StateForAgents, User } from '@switchboard/shared/wire.ts';
import { useMemo } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import type { PendingAct } from '../app/undo.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';

/** Where a conversation goes when its agent gives it away. */
export type ReleaseTo = ReleaseTarget;

export interface Actions {
  canTakeOver: boolean;
  canRelease: boolean;
  canClose: boolean;
  /** The other agent who answers, from whom it would be taken. */
  holder: User | null;
  /** Decided, and not sent yet. */
  pending: PendingAct | null;
  /** Resolves to whether it was taken. */
  takeOver: () => Promise<boolean>;
  release: (to: ReleaseTo) => void;
  close: () => void;
  /** Until when it is put aside. */
  snoozed_until: string | null;
  /** Of one's own conversation: puts it aside until then, or brings it back. */
  snooze: (until: Date | null) => void;
  /** Of a conversation that an agent answers: hands it over. */
  assign: (agent: { id: string; name: string } | null) => void;
}

type Asked = Promise<{ state: Parameters<Room['setState']>[0] }>;

export function useActions(
  room: Room | null,
  state: StateForAgents | null,
  visitorName: string,
): Actions {
  const words = useWords();
  const live = useLive();
  const { member } = useMe();
  const acts = useCell(live.undo.acts);
  const sessionId = room?.id ?? '';
  const pending = acts.find((it) => it.key === sessionId) ?? null;
  return useMemo(() => {
    const isOpen = state !== null && state.status !== 'closed';
    const answering = isOpen && state.responder.kind === 'agent' ? state.responder.agent : null;
    const holder = answering && answering.id !== member.id ? answering : null;
    const isMine = answering !== null && answering?.id === member.id;
    const { connection } = live;
    const settle = (asked: Asked) =>
      asked.then(
        (answer) => {
          room?.setState(answer.state);
          return true;
        },
        (error: unknown) => {
          toastFailure(words)(error);
          return false;
        },
      );
    /** Sent when it can no longer be taken back; from a page that is being left, by REST. */
    const later = (text: string, ask: () => Asked, askByRest: () => Asked) => {
      // A message belongs before the end of its conversation.
      live.held.flush(sessionId);
      live.undo.schedule({ key: sessionId, text }, (isLeaving) => {
        if (isLeaving) askByRest().catch(toastFailure(words));
        else void settle(ask());
      });
    };
    return {
      canTakeOver: isOpen && !isMine && pending === null,
      canRelease: isMine && pending === null,
      canClose: isOpen && pending === null,
      holder: holder ?? null,
      pending,
      takeOver: () => {
        live.taking.add(sessionId);
        return settle(
          connection.ask('session:takeover', {
            session_id: sessionId,
            ...(state ? { takeover: state.takeover } : {}),
            ...(holder ? { from: holder.id } : {}),
          }),
        );
      },
      release: (to) =>
        later(
          words.t(`undo.release.${to}`, { name: visitorName }),
          () => connection.ask('session:release', { session_id: sessionId, to }),
          () => api.release(sessionId, { to }, true),
        ),
      snoozed_until: state?.snoozed_until ?? null,
      snooze: (until) =>
        void settle(
          connection.ask('session:snooze', {
            session_id: sessionId,
            until: until?.toISOString() ?? null,
          }),
        ),
      close: () =>
        later(
          words.t('undo.close', { name: visitorName }),
          () => connection.ask('session:end', { session_id: sessionId }),
          () => api.end(sessionId, true),
        ),
      assign: (agent) => {
        const change = { agent_id: agent?.id ?? null, expected: state?.assignee?.id ?? null };
        const ask = () => connection.ask('session:assign', { session_id: sessionId, ...change });
        if (!answering || !agent || answering.id === agent.id) void settle(ask());
        else
          later(words.t('undo.assign', { name: agent.name }), ask, () =>
            api.assign(sessionId, change, true),
          );
      },
    };
  }, [live, room, sessionId, state, pending, member.id, visitorName, words]);
}
