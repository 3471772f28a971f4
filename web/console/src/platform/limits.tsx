// How near the limits of the server are: what orgs share, which orgs are near their own, and limits by count and time.

import type { LimitsAnswer, SharedLimit } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { Card } from '../admin/admin-page.tsx';
import { Table } from '../admin/usage/table.tsx';
import { labelOf } from '../app/setting-label.ts';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { platformApi } from './platform-api.ts';
import { known, useServerWords } from './server-words.ts';

const REFRESH_MS = 10_000;
const FULL = 1;
/** From here on somebody should look. */
const NEARLY_FULL = 0.8;

export function Limits() {
  const { t } = useServerWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['platform', 'limits'],
    queryFn: platformApi.limits,
    refetchInterval: REFRESH_MS,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <section aria-labelledby="server-limits" className="flex flex-col gap-3">
      <div>
        <h2 id="server-limits" className="font-semibold">
          {t('limits.title')}
        </h2>
        <p className="text-sm text-soft">{t('limits.lead')}</p>
      </div>
      <Card>
        <ul aria-label={t('limits.shares')} className="divide-y divide-line">
          {data.shares.map((it) => (
            <Share key={it.limit} share={it} />
          ))}
        </ul>
      </Card>
      <NearOrgs orgs={data.orgs} />
      <Counts counts={data.counts} />
    </section>
  );
}

function Share({ share }: { share: SharedLimit }) {
  const { locale } = useWords();
  const words = useServerWords();
  const { limit, used, allowed, org_allowed, orgs } = share;
  const part = allowed === 0 ? 0 : used / allowed;
  const tone = part >= FULL ? 'bg-danger' : part >= NEARLY_FULL ? 'bg-warn' : 'bg-accent';
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3 text-sm md:px-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium">{known('limit', limit, words)}</span>
        <span className="tabular-nums">
          {used.toLocaleString(locale)} / {allowed.toLocaleString(locale)}
        </span>
      </div>
      <div className="h-1.5 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <div className={`h-full rounded-full ${tone}`} style={{ width: `${part * 100}%` }} />
      </div>
      {org_allowed === null ? null : (
        <p className="text-soft">{words.t('limits.orgAllowed', { count: org_allowed })}</p>
      )}
      {orgs.length === 0 ? null : (
        <p className="text-soft">
          {orgs.map((it) => `${it.name}: ${it.used.toLocaleString(locale)}`).join(' · ')}
        </p>
      )}
    </li>
  );
}

function NearOrgs({ orgs }: { orgs: LimitsAnswer['orgs'] }) {
  const words = useWords();
  const { t } = useServerWords();
  return (
    <Card>
      <section aria-labelledby="limits-orgs" className="flex flex-col gap-2 p-4 text-sm md:p-5">
        <h3 id="limits-orgs" className="font-medium">
          {t('limits.orgs')}
        </h3>
        {orgs.length === 0 ? <p className="text-soft">{t('limits.orgs.none')}</p> : null}
        <ul className="flex flex-col gap-1.5">
          {orgs.map((org) => (
            <li key={org.org_id} className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{org.name}</span>
              {org.limits.map((it) => (
                <Badge key={it.limit} tone={it.used >= it.allowed ? 'danger' : 'warn'}>
                  {labelOf({ name: it.limit }, words)}: {Math.floor((it.used / it.allowed) * 100)} %
                </Badge>
              ))}
            </li>
          ))}
        </ul>
      </section>
    </Card>
  );
}

function Counts({ counts }: { counts: LimitsAnswer['counts'] }) {
  const { locale } = useWords();
  const { t } = useServerWords();
  const passedFirst = [...counts].sort((a, b) => b.refused - a.refused || b.sources - a.sources);
  return (
    <Table
      caption={t('limits.counts')}
      heads={[t('limits.setting'), t('limits.allowed'), t('limits.sources'), t('limits.refused')]}
      numeric_from={1}
      rows={passedFirst.map((it) => ({
        key: it.limit,
        cells: [
          <code key="name" className="text-xs">
            {it.limit}
          </code>,
          it.allowed === 0 ? t('limits.off') : it.allowed.toLocaleString(locale),
          it.sources.toLocaleString(locale),
          it.refused.toLocaleString(locale),
        ],
      }))}
    />
  );
}
