// The canned replies this agent may use, loaded once and kept until one of them changes here.

import type { CannedReply } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { deskApi } from '../app/desk-api.ts';

export const CANNED_KEY = ['canned-replies'] as const;
/** Colleagues change theirs, too. */
const FRESH_MS = 60_000;

export function useCannedReplies(isWanted: boolean) {
  return useQuery<CannedReply[]>({
    queryKey: CANNED_KEY,
    queryFn: deskApi.cannedReplies,
    staleTime: FRESH_MS,
    enabled: isWanted,
  });
}
