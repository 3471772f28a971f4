// Notes that mention the agent and are not read yet: how many conversations have one, as their view lists them.

import { browserClock } from '@switchboard/shared/browser/ports.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { deskApi } from '../app/desk-api.ts';
import { useLive } from '../app/live-context.tsx';
import { RELOAD_MS, seldom } from '../app/seldom.ts';

const KEY = ['mentions'] as const;

/** How many conversations have one; while their view is shown, it is loaded again as that changes. */
export function useMentionCount(): string {
  const live = useLive();
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: KEY, queryFn: deskApi.mentions });
  useEffect(() => {
    const list = seldom(browserClock, RELOAD_MS, () => {
      void queries.invalidateQueries({ queryKey: KEY });
    });
    const stops = [
      live.connection.on('notification:new', ({ notification }) => {
        if (notification.kind === 'mention') list.ask();
      }),
      live.connection.on('notification:read', list.ask),
      // What was written while the connection was away.
      live.connection.state.subscribe((state) => {
        if (state.kind === 'open') list.ask();
      }),
    ];
    return () => {
      for (const stop of [...stops, list.stop]) stop();
    };
  }, [live, queries]);
  const ids = useMemo(
    () =>
      data?.items
        .map((it) => it.id)
        .sort()
        .join() ?? '',
    [data],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another set of conversations is the news.
  useEffect(() => {
    if (live.inbox.state.get().view === 'mentions') live.inbox.refresh();
  }, [live, ids]);
  const count = data?.items.length ?? 0;
  if (count === 0) return '';
  return data?.next_cursor ? `${count}+` : String(count);
}
