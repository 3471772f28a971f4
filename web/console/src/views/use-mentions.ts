// Notes that mention the agent and are not read yet: how many conversations have one, and what opening one does.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { deskApi } from '../app/desk-api.ts';
import { useLive } from '../app/live-context.tsx';

/** As the bell has them. */
const KEY = ['notifications'] as const;

function useUnreadMentions(): readonly { id: string; conversation_id: string }[] {
  const { data } = useQuery({ queryKey: KEY, queryFn: deskApi.notifications });
  return useMemo(
    () => (data?.items ?? []).filter((it) => it.kind === 'mention' && it.read_at === null),
    [data],
  );
}

/** How many conversations have one; while their view is shown, it is loaded again as that changes. */
export function useMentionCount(): number {
  const live = useLive();
  const unread = useUnreadMentions();
  const ids = [...new Set(unread.map((it) => it.conversation_id))].sort().join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another set of conversations is the news.
  useEffect(() => {
    if (live.inbox.state.get().view === 'mentions') live.inbox.refresh();
  }, [live, ids]);
  return ids === '' ? 0 : ids.split(',').length;
}

/** Whoever has the conversation open reads what mentions them there. */
export function useReadMentions(conversationId: string): void {
  const queries = useQueryClient();
  const unread = useUnreadMentions();
  const ids = unread.filter((it) => it.conversation_id === conversationId).map((it) => it.id);
  const named = ids.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same ids are told once.
  useEffect(() => {
    if (ids.length === 0 || document.visibilityState !== 'visible') return;
    deskApi.readNotifications({ ids }).then(
      () => queries.invalidateQueries({ queryKey: KEY }),
      () => {
        // They stay unread, and the bell goes on saying so.
      },
    );
  }, [named, queries]);
}
