// Hands the live side to every page inside the shell.

import type { MeAnswer } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { acting, asActing } from './acting.ts';
import { api } from './api.ts';
import { Live } from './live.ts';

const LiveContext = createContext<Live | null>(null);
/** As last loaded. A query of its own in every component that asks would slow long lists. */
const MeContext = createContext<MeAnswer | null>(null);

export const meQuery = {
  queryKey: ['me'],
  queryFn: api.me,
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
};

export function useMe(): MeAnswer {
  const me = useContext(MeContext);
  if (!me) throw new Error('this page is inside the shell, which waits for the member');
  return me;
}

export function LiveProvider({ me, children }: { me: MeAnswer; children: ReactNode }) {
  const [live] = useState(() => new Live(me.member));
  const queries = useQueryClient();
  useEffect(() => {
    const lookAtCalls = () => void queries.invalidateQueries({ queryKey: ['calls'] });
    const stopChanges = live.changes.on('conversation', ({ conversation, reason }) => {
      // Only what is on screen, or was: a cache of everything that moves would grow all day.
      const key = ['conversation', conversation.id];
      if (queries.getQueryData(key)) queries.setQueryData(key, conversation);
      if (reason === 'call') lookAtCalls();
      if (reason === 'visitor' || reason === 'merged') {
        void queries.invalidateQueries({ queryKey: ['visitor', conversation.visitor.id] });
      }
      if (reason === 'merged') {
        void queries.invalidateQueries({ queryKey: ['visitor-history', conversation.visitor.id] });
      }
    });
    // What happened to calls while nobody was told.
    const stopState = live.connection.state.subscribe((state) => {
      if (state.kind === 'open' && !state.draining) lookAtCalls();
    });
    live.start();
    return () => {
      stopChanges();
      stopState();
      live.stop();
    };
  }, [live, queries]);
  return (
    <MeContext value={acting ? asActing(me, acting) : me}>
      <LiveContext value={live}>{children}</LiveContext>
    </MeContext>
  );
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('this page is inside the shell, which makes the connection');
  return live;
}
