// What an examination of the server found, and what helps.

import type { Finding } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { Card } from '../admin/admin-page.tsx';
import { formatTime } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { platformApi } from './platform-api.ts';
import { known, useServerWords } from './server-words.ts';

const TONES: Record<Finding['status'], Tone> = { ok: 'ok', warn: 'warn', fail: 'danger' };

export function Health() {
  const { locale } = useWords();
  const { t } = useServerWords();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['platform', 'health'],
    queryFn: platformApi.health,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <section aria-labelledby="server-health" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-60 flex-1">
          <h2 id="server-health" className="font-semibold">
            {t('health.title')}
          </h2>
          <p className="text-sm text-soft" role="status">
            {t(data.ok ? 'health.well' : 'health.broken')} {t('health.lead')}{' '}
            {t('health.at', { time: formatTime(data.at, locale) })}
          </p>
        </div>
        <Button isSmall disabled={isFetching} onClick={() => void refetch()}>
          <RefreshCw size={15} aria-hidden="true" />
          {t('health.again')}
        </Button>
      </div>
      <Card>
        <ul className="divide-y divide-line">
          {data.checks.map((it) => (
            <Row key={it.name} found={it} />
          ))}
        </ul>
      </Card>
    </section>
  );
}

function Row({ found }: { found: Finding }) {
  const words = useServerWords();
  const { name, status, message, remedy } = found;
  const helps = known('remedy', name, words);
  return (
    <li className="flex flex-col gap-1 px-4 py-3 md:px-5">
      <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
        <Badge tone={TONES[status]}>{words.t(`status.${status}`)}</Badge>
        {known('check', name, words)}
      </p>
      {/* The server speaks English. */}
      <p lang="en" className="text-sm break-words text-soft">
        {message}
      </p>
      {remedy ? (
        <p className="text-sm">
          <span className="font-medium">{words.t('health.helps')}</span>{' '}
          {helps === name.replaceAll('_', ' ') ? remedy : helps}
        </p>
      ) : null}
    </li>
  );
}
