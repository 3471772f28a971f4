// Taking a conversation over: at once from the assistant or from who is away, after a question from who is here.

import type { User } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type RefObject, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Confirm } from '../ui/dialog.tsx';
import type { Actions } from './actions.ts';
import type { ComposerHandle } from './composer.tsx';
import { membersQuery } from './editors.tsx';

/** Whether that agent is at their desk; null while it is not known. */
export function useIsHere(agent: User | null): boolean | null {
  const heard = useCell(useLive().presence);
  const { data } = useQuery(membersQuery);
  if (!agent) return null;
  const presence = heard[agent.id] ?? data?.items.find((it) => it.id === agent.id)?.presence;
  return presence === undefined ? null : presence === 'online' || presence === 'busy';
}

interface Taking {
  take: () => void;
  /** The question, while it is asked. */
  question: ReactNode;
}

export function useTaking(actions: Actions, composer: RefObject<ComposerHandle | null>): Taking {
  const { t } = useWords();
  const { holder } = actions;
  const isHere = useIsHere(holder);
  const [asked, setAsked] = useState<User | null>(null);
  const go = () => {
    setAsked(null);
    composer.current?.take(actions.takeOver());
  };
  return {
    take: () => {
      if (holder && isHere !== false) setAsked(holder);
      else go();
    },
    question:
      asked && holder?.id === asked.id ? (
        <Confirm
          title={t('takeFrom.title', { name: asked.name })}
          text={t('takeFrom.text', { name: asked.name })}
          confirm={t('action.takeover')}
          keepsFocus
          onConfirm={go}
          onClose={() => setAsked(null)}
        />
      ) : null,
  };
}
