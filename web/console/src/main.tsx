// Starts the console.

import { Failure } from '@switchboard/shared/errors.ts';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { followTheme } from './app/settings.ts';
import { followLanguage } from './app/words.ts';
import { makeRouter } from './router.tsx';
import './styles.css';

const MAX_RETRIES = 2;

/** What some refusals mean, whatever was asked: that the org is suspended, or that the member has to set up two-step sign-in first. */
function heed(error: unknown): void {
  if (!(error instanceof Failure)) return;
  if (error.details.reason === 'org_suspended') {
    void queries.invalidateQueries({ queryKey: ['me'] });
  }
  if (error.code !== 'two_step_required') return;
  void queries.invalidateQueries({ queryKey: ['me'] });
  void router.navigate({ to: '/two-step' });
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: heed }),
  mutationCache: new MutationCache({ onError: heed }),
  defaultOptions: {
    queries: {
      retry: (count, error) => error instanceof Failure && error.retry && count < MAX_RETRIES,
      refetchOnWindowFocus: true,
      // The browser's idea of the network may be wrong, above all for a hub on the same machine.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
const router = makeRouter(queries);
const place = document.getElementById('root');
if (!place) throw new Error('the page has no root');
followTheme();
followLanguage();
createRoot(place).render(
  <QueryClientProvider client={queries}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
