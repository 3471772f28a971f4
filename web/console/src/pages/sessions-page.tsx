// Where this member is signed in, and ending that.

import type { AgentSession } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LogOut, Monitor } from 'lucide-react';
import { AdminPage, Card } from '../admin/admin-page.tsx';
import { api } from '../app/api.ts';
import { browserName } from '../app/browser-name.ts';
import { toastFailure } from '../app/failures.ts';
import { formatAgo } from '../app/format.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Failed, Loading } from '../ui/states.tsx';

const SESSIONS_KEY = ['sessions'] as const;

export function SessionsPage() {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: SESSIONS_KEY, queryFn: api.sessions });
  const refresh = () => queries.invalidateQueries({ queryKey: SESSIONS_KEY });
  const end = useMutation({
    mutationFn: (id: string) => api.endSession(id),
    onSuccess: () => toast('good', t('sessions.ended')),
    onError: toastFailure(words),
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => api.endOtherSessions(),
    onSuccess: ({ ended_count }) =>
      toast('good', t('sessions.endedOthers', { count: ended_count })),
    onError: toastFailure(words),
    onSettled: refresh,
  });
  const hasOthers = data?.items.some((it) => !it.is_current) ?? false;
  return (
    <AdminPage
      title={t('sessions.title')}
      lead={t('sessions.lead')}
      action={
        hasOthers ? (
          <Button disabled={endOthers.isPending} onClick={() => endOthers.mutate()}>
            <LogOut size={16} aria-hidden="true" />
            {t('sessions.endOthers')}
          </Button>
        ) : null
      }
    >
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <Card>
          <ul className="divide-y divide-line">
            {data.items.map((session) => (
              <Row
                key={session.id}
                session={session}
                isBusy={end.isPending}
                onEnd={() => end.mutate(session.id)}
              />
            ))}
          </ul>
        </Card>
      ) : null}
    </AdminPage>
  );
}

interface RowProps {
  session: AgentSession;
  isBusy: boolean;
  onEnd: () => void;
}

function Row({ session, isBusy, onEnd }: RowProps) {
  const words = useWords();
  const { t } = words;
  const name = session.browser ? browserName(session.browser) : t('sessions.unknown');
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3 md:px-5">
      <Monitor size={20} className="shrink-0 text-soft" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <span className="break-words" title={session.browser ?? undefined}>
            {name}
          </span>
          {session.is_current ? <Badge tone="ok">{t('sessions.current')}</Badge> : null}
        </p>
        <p className="text-sm text-soft">
          {session.address ? `${session.address} · ` : ''}
          {t('sessions.seen', { time: formatAgo(session.seen_at, Date.now(), words) })}
        </p>
      </div>
      {session.is_current ? null : (
        <Button
          isSmall
          disabled={isBusy}
          aria-label={t('sessions.endOne', { name })}
          onClick={onEnd}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}
