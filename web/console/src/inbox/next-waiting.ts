// Opens the conversation that waits first in the queue: the urgent before the others, then whoever has waited longest.

import type { RoomView } from '@switchboard/shared/room.ts';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { nextAfterClose } from '../app/settings.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import type { Actions } from './actions.ts';

/** `except`: the conversation that is open, which is not the next one. */
export function useNextWaiting(): (except: string | null, isAsked: boolean) => void {
  const words = useWords();
  const live = useLive();
  const navigate = useNavigate();
  return (except, isAsked) => {
    api.conversations({ view: 'waiting' }, null).then(({ items }) => {
      // What is being closed or given away still waits on the server.
      const decided = new Set(live.undo.acts.get().map(({ key }) => key));
      const next = items.find(({ id }) => id !== except && !decided.has(id));
      openedByKey = next?.id ?? null;
      if (next) void navigate({ to: '/inbox/$id', params: { id: next.id } });
      else if (isAsked) toast('good', words.t('next.none'));
    }, toastFailure(words));
  };
}

/** The same acts, with a close that goes on to who waits, where one's own menu says so. */
export function useClosing(actions: Actions, id: string): Actions {
  const goToNext = useNextWaiting();
  const next = useRef(goToNext);
  next.current = goToNext;
  return useMemo(
    () => ({
      ...actions,
      close: () => {
        actions.close();
        if (nextAfterClose.get()) next.current(id, false);
      },
    }),
    [actions, id],
  );
}

/** The conversation that was opened by a key and is not on screen yet. */
let openedByKey: string | null = null;

/** Leads the focus into its log, where the single keys work, once that is drawn. */
export function useLogFocus(id: string, view: RoomView | null): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log is drawn with the view.
  useEffect(() => {
    if (openedByKey !== id) return;
    const log = document.querySelector<HTMLElement>('[role=log]');
    if (!log) return;
    openedByKey = null;
    log.focus();
  }, [id, view]);
}
