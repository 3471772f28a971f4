// What follows a sign-in, by password or by link.

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { noteSignIn } from '../notifications/push.ts';

/** Forgets what an earlier member saw, and opens the inbox. */
export function useSignedIn(): () => Promise<void> {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return async () => {
    noteSignIn();
    queries.clear();
    await navigate({ to: '/inbox' });
  };
}
