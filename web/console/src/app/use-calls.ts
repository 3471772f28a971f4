// The calls that run, asked for again while one is known or somebody looks at them.

import type { Call } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { callsApi } from './calls-api.ts';

const EVERY_MS = 5_000;

/** `isWatched`: the page is there to show them, so new ones are looked for too. */
export function useRunningCalls(isWatched = false) {
  return useQuery({
    queryKey: ['calls', 'running'],
    queryFn: callsApi.running,
    // The hub's news of calls make it stale; a page that is not seen does not ask.
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (isWatched || (state.data?.length ?? 0) > 0 ? EVERY_MS : false),
  });
}

export function useRunningCall(conversationId: string): Call | null {
  const { data } = useRunningCalls();
  return data?.find((call) => call.session_id === conversationId) ?? null;
}
