// What was used by day, hour, channel, model, kind, person or address: bars, the same as a table, and as a file.

import type { UsageSum } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { api } from '../../app/api.ts';
import { useWords } from '../../app/words.ts';
import { SelectField } from '../../ui/field.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Card, Tabs } from '../admin-page.tsx';
import { ExportLinks } from './export-links.tsx';
import { type Measure, measureOf, numberText } from './numbers.ts';
import { Rows } from './row-bars.tsx';
import { type Bar, BYS, type By, barsOf, type Range, RANGES, sumsQuery } from './sum-bars.ts';
import { Table } from './table.tsx';
import { TimeBars } from './time-bars.tsx';
import { useUsageWords } from './usage-words.ts';

const MEASURES = ['cost_usd', 'tokens', 'requests'] as const;

export function UsageSums() {
  const { t } = useUsageWords();
  const [by, setBy] = useState<By>('day');
  const [range, setRange] = useState<Range>(30);
  const [channel, setChannel] = useState('');
  const channels = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const query = sumsQuery(range, channel, new Date());
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-3">
        <SelectField
          label={t('sums.by')}
          value={by}
          onChange={(event) => setBy(BYS.find((it) => it === event.target.value) ?? 'day')}
        >
          {BYS.map((it) => (
            <option key={it} value={it}>
              {t(`sums.by.${it}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('sums.range')}
          value={range}
          onChange={(event) =>
            setRange(RANGES.find((it) => String(it) === event.target.value) ?? 30)
          }
        >
          {RANGES.map((it) => (
            <option key={it} value={it}>
              {t(`sums.range.${it}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('sums.channel')}
          value={channel}
          onChange={(event) => setChannel(event.target.value)}
        >
          <option value="">{t('sums.channel.all')}</option>
          {channels.data?.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <Sums by={by} range={range} query={query} />
    </>
  );
}

function Sums({ by, range, query }: { by: By; range: Range; query: string }) {
  const words = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', 'sums', by, query],
    queryFn: () => adminApi.usageSums(by, query),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) {
    return (
      <Card>
        <Empty
          icon={ChartColumn}
          title={words.t('usage.empty')}
          text={words.t('usage.empty.text')}
        />
      </Card>
    );
  }
  return <Drawn by={by} range={range} query={query} sums={data} />;
}

interface DrawnProps {
  by: By;
  range: Range;
  query: string;
  sums: readonly UsageSum[];
}

function Drawn({ by, range, query, sums }: DrawnProps) {
  const words = useWords();
  const usage = useUsageWords();
  const [chosen, setMeasure] = useState<Measure | null>(null);
  // Models on one's own machine cost nothing: their tokens say more than a flat line.
  const measure = chosen ?? (sums.some((it) => it.cost_usd > 0) ? 'cost_usd' : 'tokens');
  const bars = barsOf(by, sums, range, new Date(), { words, usage });
  const byText = usage.t(`sums.by.${by}`);
  const most = Math.max(...bars.map((it) => measureOf(it, measure)));
  const label = usage.t('sums.chart', {
    by: byText.toLocaleLowerCase(words.locale),
    most: numberText(measure, most, words.locale),
  });
  const isOfTime = by === 'day' || by === 'hour';
  return (
    <>
      <Card>
        <div className="flex flex-col gap-3 p-4 md:p-5">
          <div className="flex flex-wrap items-center gap-3">
            <div className="flex-1">
              <Tabs
                label={words.t('usage.measure')}
                value={measure}
                tabs={MEASURES.map((it) => [it, words.t(`usage.measure.${it}`)] as const)}
                onChange={setMeasure}
              />
            </div>
            <ExportLinks by={by} query={query} />
          </div>
          {isOfTime ? (
            <TimeBars bars={bars} measure={measure} label={label} />
          ) : (
            <Rows bars={bars} measure={measure} />
          )}
          <p className="text-sm text-soft">
            {usage.t(by === 'person' || by === 'address' ? 'sums.person.note' : 'sums.utc')}
          </p>
        </div>
      </Card>
      <SumTable
        caption={usage.t('sums.table', { by: byText.toLocaleLowerCase(words.locale) })}
        head={byText}
        bars={isOfTime ? bars.filter((it) => it.requests > 0) : bars}
      />
    </>
  );
}

function SumTable({ caption, head, bars }: { caption: string; head: string; bars: Bar[] }) {
  const { t, locale } = useWords();
  const usage = useUsageWords();
  return (
    <Table
      caption={caption}
      heads={[
        head,
        t('usage.measure.requests'),
        t('usage.failed'),
        t('usage.measure.tokens'),
        usage.t('sums.seconds'),
        t('usage.measure.cost_usd'),
      ]}
      numeric_from={1}
      rows={bars.map((it) => ({
        key: it.key,
        cells: [
          it.label,
          it.requests.toLocaleString(locale),
          it.failed.toLocaleString(locale),
          it.tokens.toLocaleString(locale),
          (it.seconds / 60).toLocaleString(locale, { maximumFractionDigits: 1 }),
          numberText('cost_usd', it.cost_usd, locale),
        ],
      }))}
    />
  );
}
