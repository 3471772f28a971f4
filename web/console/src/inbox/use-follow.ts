// Whether the agent is told of what happens in a conversation that others answer.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { deskApi } from '../app/desk-api.ts';
import { toastFailure } from '../app/failures.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';

interface Follow {
  /** Null until it is known. */
  isFollowing: boolean | null;
  flip: () => void;
}

export function useFollow(conversationId: string): Follow {
  const words = useWords();
  const queries = useQueryClient();
  const queryKey = ['follow', conversationId];
  const { data } = useQuery({ queryKey, queryFn: () => deskApi.isFollowing(conversationId) });
  const isFollowing = data?.following ?? null;
  const change = useMutation({
    mutationFn: () =>
      isFollowing ? deskApi.unfollow(conversationId) : deskApi.follow(conversationId),
    onSuccess: (answer) => {
      queries.setQueryData(queryKey, answer);
      toast('good', words.t(answer.following ? 'follow.on' : 'follow.off'));
    },
    onError: toastFailure(words),
  });
  return { isFollowing, flip: () => change.mutate() };
}
