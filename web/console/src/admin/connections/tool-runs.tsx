// What tools did, the newest first.

import type { ToolRun } from '@switchboard/shared/wire.ts';
import { Link } from '@tanstack/react-router';
import { Wrench } from 'lucide-react';
import { useState } from 'react';
import { connectionsApi } from '../../app/connections-api.ts';
import { formatMoment } from '../../app/format.ts';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Empty } from '../../ui/states.tsx';
import { Tabs } from '../admin-page.tsx';
import { toolText, useConnectionWords } from './connection-words.ts';
import { JsonBox, PagedList } from '../paged-list.tsx';

export function ToolRuns() {
  const { t } = useConnectionWords();
  const [success, setSuccess] = useState<'' | 'true' | 'false'>('');
  return (
    <>
      <Tabs
        label={t('filter')}
        value={success}
        tabs={[
          ['', t('filter.all')],
          ['true', t('ok')],
          ['false', t('failed')],
        ]}
        onChange={setSuccess}
      />
      <PagedList
        query_key={['tool runs', success]}
        fetchPage={(cursor) => connectionsApi.toolRuns(success || null, cursor)}
        empty={<Empty icon={Wrench} title={t('tools.runs.empty')} />}
        draw={(run) => <RunLine run={run} />}
      />
    </>
  );
}

export function RunLine({ run }: { run: ToolRun }) {
  const connectionWords = useConnectionWords();
  const { t } = connectionWords;
  const { locale } = useWords();
  const ms = run.duration_ms.toLocaleString(locale);
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span className="text-sm font-semibold" title={run.tool}>
          {toolText({ name: run.tool, description: '' }, connectionWords).title}
        </span>
        <Badge tone={run.success ? 'ok' : 'danger'}>
          {run.error ? t('failed.why', { reason: run.error }) : t(run.success ? 'ok' : 'failed')}
        </Badge>
      </p>
      <p className="text-sm text-soft">
        {formatMoment(run.created_at, locale)} · {t('took', { ms, count: run.attempts })}
        {run.conversation_id ? (
          <>
            {' · '}
            <Link
              to="/inbox/$id"
              params={{ id: run.conversation_id }}
              className="text-accent underline"
            >
              {t('conversation')}
            </Link>
          </>
        ) : null}
      </p>
      <JsonBox title={t('arguments')} value={run.arguments} />
      <JsonBox title={t('result')} value={run.result} />
    </>
  );
}
