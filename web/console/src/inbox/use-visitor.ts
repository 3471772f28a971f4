// What the server knows of a visitor beyond the conversation: their pages, and whether they are blocked.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { rest } from '../app/api.ts';

/** Read again when they go to another page, and when something about them changes. */
export function useVisitor({ id, page }: ConversationSummary['visitor']) {
  const { data } = useQuery({
    queryKey: ['visitor', id, page?.url ?? null],
    queryFn: () => rest.get<'/visitors/{id}'>(`/visitors/${id}`),
    placeholderData: (before) => before,
  });
  return data ?? null;
}
