// What was sent to webhooks, and how that went.

import type { Delivery } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCw, Send } from 'lucide-react';
import { useState } from 'react';
import { connectionsApi, DELIVERY_STATUSES } from '../../app/connections-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { formatMoment, formatTime } from '../../app/format.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/states.tsx';
import { Tabs } from '../admin-page.tsx';
import { kindText, useConnectionWords } from './connection-words.ts';
import { JsonBox, PagedList } from '../paged-list.tsx';

const TONES: Readonly<Record<Delivery['status'], Tone>> = {
  pending: 'warn',
  delivered: 'ok',
  failed: 'danger',
};

export function Deliveries() {
  const { t } = useConnectionWords();
  const [status, setStatus] = useState<'' | Delivery['status']>('');
  return (
    <>
      <Tabs
        label={t('filter')}
        value={status}
        tabs={[
          ['', t('filter.all')],
          ...DELIVERY_STATUSES.map((it) => [it, t(`deliveries.${it}`)] as const),
        ]}
        onChange={setStatus}
      />
      <PagedList
        query_key={['deliveries', status]}
        fetchPage={(cursor) => connectionsApi.deliveries(status || null, cursor)}
        empty={<Empty icon={Send} title={t('deliveries.empty')} />}
        draw={(delivery) => <Row delivery={delivery} />}
        isMoving={({ status: standing }) => standing === 'pending'}
      />
    </>
  );
}

function Row({ delivery }: { delivery: Delivery }) {
  const words = useWords();
  const connectionWords = useConnectionWords();
  const { t } = connectionWords;
  const queries = useQueryClient();
  const replay = useMutation({
    mutationFn: () => connectionsApi.replay(delivery.id),
    onSuccess: async () => {
      toast('good', t('deliveries.replayed'));
      await queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
    onError: toastFailure(words),
  });
  const { kind, status, attempts, created_at, last_status, last_error, next_attempt_at } = delivery;
  const facts = [
    formatMoment(created_at, words.locale),
    t('deliveries.tries', { count: attempts }),
    last_status === null ? null : t('deliveries.answer', { status: last_status }),
    status === 'delivered' ? null : last_error,
    next_attempt_at
      ? t('deliveries.next', { time: formatTime(next_attempt_at, words.locale) })
      : null,
  ];
  return (
    <div className="flex flex-wrap items-start gap-3">
      <div className="min-w-56 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="text-sm font-semibold" title={kind}>
            {kindText(kind, connectionWords)}
          </span>
          <Badge tone={TONES[status]}>{t(`deliveries.${status}`)}</Badge>
        </p>
        <p className="text-sm text-soft">{facts.filter((fact) => fact !== null).join(' · ')}</p>
        <JsonBox title={t('deliveries.body')} value={delivery.body} />
      </div>
      <Button
        isSmall
        disabled={replay.isPending || status === 'pending'}
        onClick={() => replay.mutate()}
      >
        <RotateCw size={15} aria-hidden="true" />
        {t('deliveries.replay')}
      </Button>
    </div>
  );
}
