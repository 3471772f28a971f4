// What an agent can do with a conversation, with the hub's refusals told in words.

import type { StateForAgents } from '@switchboard/shared/wire.ts';
import type { Room } from '@switchboard/shared/room.ts';
import { useMemo } from 'react';
import { toastFailure } from '../app/failures.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';

export interface Actions {
  canTakeOver: boolean;
  canRelease: boolean;
  canClose: boolean;
  takeOver: () => void;
  release: () => void;
  close: () => void;
  assign: (agent_id: string | null) => void;
}

export function useActions(room: Room | null, state: StateForAgents | null): Actions {
  const words = useWords();
  const live = useLive();
  const { member } = useMe();
  return useMemo(() => {
    const isOpen = state !== null && state.status !== 'closed';
    const isMine = state?.responder.agent?.id === member.id;
    const session_id = room?.id ?? '';
    const { connection } = live;
    const settle = (asked: Promise<{ state: Parameters<Room['setState']>[0] }>) =>
      void asked.then((answer) => room?.setState(answer.state), toastFailure(words));
    return {
      canTakeOver: isOpen && state.responder.kind !== 'agent',
      canRelease: isOpen && isMine,
      canClose: isOpen,
      takeOver: () =>
        settle(
          connection.ask('session:takeover', {
            session_id,
            ...(state ? { takeover: state.takeover } : {}),
          }),
        ),
      release: () => settle(connection.ask('session:release', { session_id })),
      close: () => settle(connection.ask('session:end', { session_id })),
      assign: (agent_id) =>
        settle(
          connection.ask('session:assign', {
            session_id,
            agent_id,
            expected: state?.assignee?.id ?? null,
          }),
        ),
    };
  }, [live, room, state, member.id, words]);
}
