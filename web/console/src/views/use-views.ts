// The saved views of the inbox: the team's and one's own, with how many conversations each has now.

import type { SavedView } from '@switchboard/shared/wire.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { deskApi } from '../app/desk-api.ts';
import { useLive } from '../app/live-context.tsx';

const KEY = ['views'] as const;
const NO_VIEWS: readonly SavedView[] = [];

export function useViews(): readonly SavedView[] {
  const live = useLive();
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: KEY, queryFn: deskApi.views });
  useEffect(
    () =>
      live.connection.on('inbox:views', ({ changed }) => {
        if (changed) void queries.invalidateQueries({ queryKey: KEY });
      }),
    [live, queries],
  );
  return data ?? NO_VIEWS;
}

/** Loads them again after a change of one's own. */
export function useReloadViews(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: KEY });
}
