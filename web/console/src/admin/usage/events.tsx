// Every single use of a model, the newest first.

import type { UsageEvent } from '@switchboard/shared/wire.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChartColumn } from 'lucide-react';
import { adminApi } from '../../app/admin-api.ts';
import { formatMoment, formatUsd } from '../../app/format.ts';
import { useWords, type Words } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Card } from '../admin-page.tsx';
import { Table } from './table.tsx';

export function UsageEvents() {
  const words = useWords();
  const { t } = words;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['usage', 'events'],
      queryFn: ({ pageParam }) => adminApi.usageEvents(pageParam),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    },
  );
  const events = data?.pages.flatMap((page) => page.items) ?? [];
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (events.length === 0) {
    return (
      <Card>
        <Empty icon={ChartColumn} title={t('usage.empty')} text={t('usage.empty.text')} />
      </Card>
    );
  }
  return (
    <>
      <Table
        caption={t('usage.tab.events')}
        heads={[
          t('usage.when'),
          t('usage.model'),
          t('usage.kind'),
          t('usage.address'),
          t('usage.outcome'),
          t('usage.in'),
          t('usage.out'),
          t('usage.latency'),
          t('usage.measure.cost_usd'),
        ]}
        numeric_from={5}
        rows={events.map((it) => ({ key: it.id, cells: cellsOf(it, words) }))}
      />
      {hasNextPage ? (
        <p className="text-center">
          <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('common.more')}
          </Button>
        </p>
      ) : null}
    </>
  );
}

function cellsOf(it: UsageEvent, words: Words) {
  const { t, locale } = words;
  const when = formatMoment(it.created_at, locale);
  return [
    it.session_id ? (
      <Link
        key="when"
        to="/inbox/$id"
        params={{ id: it.session_id }}
        className="text-accent underline"
      >
        {when}
      </Link>
    ) : (
      when
    ),
    it.model,
    it.kind,
    it.address ?? '–',
    <Badge key="outcome" tone={it.success ? 'ok' : 'danger'}>
      {t(it.success ? 'usage.ok' : 'usage.notOk')}
    </Badge>,
    `${it.estimated ? '≈ ' : ''}${it.input_tokens.toLocaleString(locale)}`,
    `${it.estimated ? '≈ ' : ''}${it.output_tokens.toLocaleString(locale)}`,
    `${it.latency_ms.toLocaleString(locale)} ms`,
    formatUsd(it.cost_usd, locale),
  ];
}
