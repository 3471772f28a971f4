// Writes to somebody again whose conversation is closed: it stays closed, and goes on in a new one.

import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useWords } from '../app/words.ts';

/** Opens the conversation that continues a closed one; it is begun where the visitor has none. */
export function useReopen(id: string): { reopen: () => void; isPending: boolean } {
  const navigate = useNavigate();
  const { mutate, isPending } = useMutation({
    mutationFn: () => api.reopen(id),
    onSuccess: ({ conversation }) =>
      void navigate({ to: '/inbox/$id', params: { id: conversation.id } }),
    onError: toastFailure(useWords()),
  });
  return { reopen: () => mutate(), isPending };
}
