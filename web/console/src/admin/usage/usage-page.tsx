// What models cost: today and this month against the limits, by day and model, single uses, and prices.

import type { UsageAnswer } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { adminApi, USAGE_NUMBERS, type UsageNumber } from '../../app/admin-api.ts';
import { formatMoment } from '../../app/format.ts';
import { warningText } from '../../app/limit-warnings.ts';
import { useWords, type Words } from '../../app/words.ts';
import { classes } from '../../ui/classes.ts';
import { Failed, Loading } from '../../ui/states.tsx';
import { AdminPage, Card, ForAdmins, Tabs } from '../admin-page.tsx';
import { UsageEvents } from './events.tsx';
import { Prices } from './prices.tsx';
import { Limits } from './limits.tsx';
import { numberText } from './numbers.ts';
import { Ratings } from './ratings.tsx';
import { UsageSums } from './sums.tsx';
import { useUsageWords } from './usage-words.ts';

const TABS = ['sums', 'events', 'limits', 'prices', 'ratings'] as const;
const FULL = 1;
/** From here on the server warns. */
const NEARLY_FULL = 0.8;

export function UsagePage() {
  const { t } = useWords();
  return (
    <AdminPage title={t('usage.title')} lead={t('usage.lead')}>
      <ForAdmins>
        <Standing />
        <Details />
      </ForAdmins>
    </AdminPage>
  );
}

function Details() {
  const { t } = useWords();
  const usage = useUsageWords();
  const textOf = (tab: (typeof TABS)[number]) =>
    tab === 'limits' ? usage.t('limits.tab') : t(`usage.tab.${tab}`);
  const [tab, setTab] = useState<(typeof TABS)[number]>('sums');
  return (
    <>
      <Tabs
        label={t('usage.details')}
        value={tab}
        tabs={TABS.map((it) => [it, textOf(it)] as const)}
        onChange={setTab}
      />
      {tab === 'sums' ? <UsageSums /> : null}
      {tab === 'events' ? <UsageEvents /> : null}
      {tab === 'limits' ? <Limits /> : null}
      {tab === 'prices' ? <Prices /> : null}
      {tab === 'ratings' ? <Ratings /> : null}
    </>
  );
}

function Standing() {
  const words = useWords();
  const { data, error, refetch } = useQuery({ queryKey: ['usage'], queryFn: adminApi.usage });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <Warnings standing={data} />
      <div className="grid gap-4 md:grid-cols-2">
        <Period title={words.t('usage.today')} numbers={data.today} limits={data.day_limits} />
        <Period title={words.t('usage.month')} numbers={data.month} limits={data.month_limits} />
      </div>
      <p className="text-sm text-soft">
        {words.t(data.hard ? 'usage.hard' : 'usage.soft')}{' '}
        {words.t('usage.resets', { time: formatMoment(data.resets_at, words.locale) })}
      </p>
    </>
  );
}

function Warnings({ standing }: { standing: UsageAnswer }) {
  const words = useWords();
  const unpriced = standing.unpriced_models;
  if (standing.warnings.length === 0 && unpriced.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {standing.warnings.map(({ limit, share, mode }) => (
        <li
          key={limit}
          role="alert"
          className={classes(
            'flex items-center gap-2 rounded-xl p-3 text-sm font-medium',
            share >= FULL ? 'bg-danger-soft text-danger' : 'bg-warn-soft text-warn',
          )}
        >
          <TriangleAlert size={17} className="shrink-0" aria-hidden="true" />
          {warningText({ limit, percent: Math.floor(share * 100), mode }, words)}
        </li>
      ))}
      {unpriced.length === 0 ? null : (
        <li className="flex items-center gap-2 rounded-xl bg-warn-soft p-3 text-sm font-medium text-warn">
          <TriangleAlert size={17} className="shrink-0" aria-hidden="true" />
          {words.t('usage.unpriced', { models: unpriced.join(', ') })}
        </li>
      )}
    </ul>
  );
}

interface PeriodProps {
  title: string;
  numbers: Record<UsageNumber, number>;
  limits: Record<UsageNumber, number | null>;
}

function Period({ title, numbers, limits }: PeriodProps) {
  const words = useWords();
  return (
    <Card>
      <section aria-label={title} className="flex flex-col gap-4 p-4 md:p-5">
        <h2 className="font-semibold">{title}</h2>
        <ul className="flex flex-col gap-3">
          {USAGE_NUMBERS.map((name) => (
            <Numbered
              key={name}
              name={name}
              value={numbers[name]}
              limit={limits[name] ?? null}
              words={words}
            />
          ))}
        </ul>
      </section>
    </Card>
  );
}

interface NumberedProps {
  name: UsageNumber;
  value: number;
  limit: number | null;
  words: Words;
}

function Numbered({ name, value, limit, words }: NumberedProps) {
  const share = limit ? Math.min(value / limit, 1) : 0;
  const tone = share >= FULL ? 'bg-danger' : share >= NEARLY_FULL ? 'bg-warn' : 'bg-accent';
  return (
    <li>
      <div className="flex items-baseline justify-between gap-3 text-sm">
        <span className="text-soft">{words.t(`usage.${name}`)}</span>
        <span className="font-semibold tabular-nums">
          {numberText(name, value, words.locale)}
          {limit === null ? null : (
            <span className="font-normal text-soft">
              {' '}
              / {numberText(name, limit, words.locale)}
            </span>
          )}
        </span>
      </div>
      {limit === null ? null : (
        <div className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-raised" aria-hidden="true">
          <div className={`h-full rounded-full ${tone}`} style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </li>
  );
}
