// A bar for every day, and what each model had of it.

import { useQuery } from '@tanstack/react-query';
import { ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { formatDate } from '../../app/format.ts';
import { useWords } from '../../app/words.ts';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Card, Tabs } from '../admin-page.tsx';
import { Table } from './table.tsx';
import { type DaySum, type Measure, numberText, sumByDay, sumByModel } from './numbers.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;
const MEASURES = ['cost_usd', 'tokens', 'requests'] as const;
const WIDTH = 720;
const HEIGHT = 180;
/** Room for the greatest value above the bars and the days below them. */
const TOP = 18;
const BOTTOM = 20;

export function UsageByDay() {
  const words = useWords();
  const { t } = words;
  const [chosen, setMeasure] = useState<Measure | null>(null);
  const today = new Date();
  const from = new Date(today.getTime() - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', 'days', from],
    queryFn: () => adminApi.usageDays(from),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) {
    return (
      <Card>
        <Empty icon={ChartColumn} title={t('usage.empty')} text={t('usage.empty.text')} />
      </Card>
    );
  }
  // Models on one's own machine cost nothing: their tokens say more than a flat line.
  const measure = chosen ?? (data.some((it) => it.cost_usd > 0) ? 'cost_usd' : 'tokens');
  return (
    <>
      <Card>
        <div className="flex flex-col gap-3 p-4 md:p-5">
          <Tabs
            label={t('usage.measure')}
            value={measure}
            tabs={MEASURES.map((it) => [it, t(`usage.measure.${it}`)] as const)}
            onChange={setMeasure}
          />
          <Chart days={sumByDay(data, today, DAYS)} measure={measure} />
        </div>
      </Card>
      <Table
        caption={t('usage.byModel')}
        heads={[
          t('usage.model'),
          t('usage.kind'),
          t('usage.measure.requests'),
          t('usage.failed'),
          t('usage.measure.tokens'),
          t('usage.measure.cost_usd'),
        ]}
        numeric_from={2}
        rows={sumByModel(data).map((it) => ({
          key: it.key,
          cells: [
            it.model,
            it.kind,
            it.requests.toLocaleString(words.locale),
            it.failed.toLocaleString(words.locale),
            it.tokens.toLocaleString(words.locale),
            numberText('cost_usd', it.cost_usd, words.locale),
          ],
        }))}
      />
    </>
  );
}

function Chart({ days, measure }: { days: readonly DaySum[]; measure: Measure }) {
  const { t, locale } = useWords();
  const most = Math.max(...days.map((it) => it[measure]));
  const step = WIDTH / days.length;
  const height = (it: DaySum) => (most === 0 ? 0 : (it[measure] / most) * (HEIGHT - TOP - BOTTOM));
  const first = days[0];
  const last = days.at(-1);
  return (
    <figure className="m-0">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t('usage.chart', {
          days: days.length,
          most: numberText(measure, most, locale),
        })}
        className="block w-full text-accent"
      >
        <line x1={0} x2={WIDTH} y1={TOP} y2={TOP} className="stroke-line" strokeDasharray="3 4" />
        <line x1={0} x2={WIDTH} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} className="stroke-line" />
        <text x={0} y={TOP - 6} className="fill-soft text-[11px]">
          {numberText(measure, most, locale)}
        </text>
        {days.map((it, at) => (
          <g key={it.day}>
            <title>{`${formatDate(`${it.day}T12:00:00`, locale)}: ${numberText(measure, it[measure], locale)}`}</title>
            <rect
              x={at * step}
              y={TOP}
              width={step}
              height={HEIGHT - TOP - BOTTOM}
              fill="transparent"
            />
            <rect
              x={at * step + step * 0.15}
              y={HEIGHT - BOTTOM - Math.max(height(it), it[measure] > 0 ? 2 : 0)}
              width={step * 0.7}
              height={Math.max(height(it), it[measure] > 0 ? 2 : 0)}
              rx={3}
              fill="currentColor"
            />
          </g>
        ))}
        {first && last ? (
          <>
            <text x={0} y={HEIGHT - 5} className="fill-soft text-[11px]">
              {formatDate(`${first.day}T12:00:00`, locale)}
            </text>
            <text x={WIDTH} y={HEIGHT - 5} textAnchor="end" className="fill-soft text-[11px]">
              {formatDate(`${last.day}T12:00:00`, locale)}
            </text>
          </>
        ) : null}
      </svg>
    </figure>
  );
}
