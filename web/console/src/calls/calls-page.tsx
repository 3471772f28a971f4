// The calls of now, which can be joined, and those that have ended.

import { PhoneCall } from 'lucide-react';
import { Loading, Empty, Failed } from '../ui/states.tsx';
import { AdminPage, Card } from '../admin/admin-page.tsx';
import { useRunningCalls } from '../app/use-calls.ts';
import { useCallWords } from './call-words.ts';
import { EndedCalls } from './ended-calls.tsx';
import { RunningCalls } from './running-calls.tsx';

export function CallsPage() {
  const { t } = useCallWords();
  return (
    <AdminPage title={t('title')} lead={t('lead')}>
      <Now />
      <EndedCalls />
    </AdminPage>
  );
}

function Now() {
  const { t } = useCallWords();
  const { data, error, refetch } = useRunningCalls(true);
  return (
    <section aria-labelledby="calls-now" className="flex flex-col gap-2.5">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 id="calls-now" className="text-lg font-semibold">
          {data && data.length > 0 ? t('now.count', { count: data.length }) : t('now')}
        </h2>
        {data && data.length > 0 ? (
          <p className="text-sm text-soft max-md:hidden">{t('now.keys')}</p>
        ) : null}
      </div>
      <Card>
        {data && data.length > 0 ? (
          <RunningCalls calls={data} />
        ) : error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : data ? (
          <Empty icon={PhoneCall} title={t('empty')} text={t('empty.text')} />
        ) : (
          <Loading />
        )}
      </Card>
    </section>
  );
}
