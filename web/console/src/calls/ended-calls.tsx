// The calls that have ended: how long each was, why it ended, and what it cost.

import type { Call } from '@switchboard/shared/wire.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PhoneOff } from 'lucide-react';
import { callsApi } from '../app/calls-api.ts';
import { formatDuration, formatMoment, formatUsd } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { Card } from '../admin/admin-page.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useCallWords } from './call-words.ts';
import { Recording } from './recording.tsx';

export function EndedCalls() {
  const words = useWords();
  const { t } = useCallWords();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['calls', 'all'],
      queryFn: ({ pageParam }) => callsApi.all(pageParam),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    },
  );
  const calls = data?.pages.flatMap((page) => page.items).filter((it) => it.state === 'ended');
  return (
    <section aria-labelledby="calls-ended" className="flex flex-col gap-2.5">
      <h2 id="calls-ended" className="text-lg font-semibold">
        {t('ended.title')}
      </h2>
      <Card>
        {error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : !calls ? (
          <Loading />
        ) : calls.length === 0 ? (
          <Empty icon={PhoneOff} title={t('ended.empty')} />
        ) : (
          <ul className="divide-y divide-line" data-testid="ended-calls">
            {calls.map((call) => (
              <Row key={call.id} call={call} />
            ))}
          </ul>
        )}
        {hasNextPage ? (
          <p className="p-3 text-center">
            <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {words.t('common.more')}
            </Button>
          </p>
        ) : null}
      </Card>
    </section>
  );
}

function Row({ call }: { call: Call }) {
  const { locale } = useWords();
  const { t } = useCallWords();
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2.5 text-sm sm:grid-cols-[minmax(0,3fr)_minmax(0,3fr)_4rem_5rem]">
      <span className="min-w-0">
        <Link
          to="/inbox/$id"
          params={{ id: call.session_id }}
          className="block truncate font-semibold hover:underline"
        >
          {call.visitor.name}
        </Link>
        <time className="block truncate text-xs text-soft" dateTime={call.started_at}>
          {formatMoment(call.started_at, locale)}
        </time>
      </span>
      <span className="flex flex-wrap gap-1 max-sm:order-last max-sm:col-span-3">
        <Badge tone={call.reason === 'error' ? 'danger' : 'plain'}>
          {call.reason ? t(`reason.${call.reason}`) : '–'}
        </Badge>
        {call.simulated ? <Badge>{t('simulated')}</Badge> : null}
        {call.provider === 'local' ? <Badge>{t('basic')}</Badge> : null}
        {call.recorded ? <Badge>{t('recorded')}</Badge> : null}
        {call.recording_fault ? (
          <Badge tone="warn">{t(`recording.${call.recording_fault}`)}</Badge>
        ) : null}
      </span>
      <span className="text-right tabular-nums" title={t('head.length')}>
        {call.seconds === null ? '–' : formatDuration(call.seconds)}
      </span>
      <span className="text-right tabular-nums" title={t('head.cost')}>
        {formatUsd(call.cost_usd, locale)}
      </span>
      {call.recorded ? <Recording call={call} /> : null}
    </li>
  );
}
