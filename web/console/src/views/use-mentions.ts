// Notes that mention the agent and are not read yet: how many conversations have one.

import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { deskApi } from '../app/desk-api.ts';
import { useLive } from '../app/live-context.tsx';

/** As the bell has them. */
const KEY = ['notifications'] as const;

/** How many conversations have one; while their view is shown, it is loaded again as that changes. */
export function useMentionCount(): number {
  const live = useLive();
  const { data } = useQuery({ queryKey: KEY, queryFn: deskApi.notifications });
  const ids = useMemo(() => {
    const unread = data?.items.filter((it) => it.kind === 'mention' && it.read_at === null) ?? [];
    return [...new Set(unread.map((it) => it.conversation_id))].sort().join();
  }, [data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another set of conversations is the news.
  useEffect(() => {
    if (live.inbox.state.get().view === 'mentions') live.inbox.refresh();
  }, [live, ids]);
  return ids === '' ? 0 : ids.split(',').length;
}
