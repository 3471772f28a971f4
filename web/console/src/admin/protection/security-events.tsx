// Single security events, the newest first; equal ones of a minute are one row with a count.

import type { SecurityEvent, SecurityEventKind } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../app/api.ts';
import { browserName } from '../../app/browser-name.ts';
import { formatMoment } from '../../app/format.ts';
import { protectionApi, type Scope } from '../../app/protection-api.ts';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Empty } from '../../ui/states.tsx';
import { PagedList } from '../paged-list.tsx';
import { useProtectionWords } from './protection-words.ts';

const KINDS = [
  'auth_failure',
  'rate_limit_hit',
  'repeated_errors',
  'cross_org_refused',
  'high_usage',
  'blocked',
  'dropped',
] as const satisfies readonly SecurityEventKind[];

export function SecurityEvents({ scope }: { scope: Scope }) {
  const { t } = useProtectionWords();
  const [kind, setKind] = useState('');
  return (
    <>
      <div className="max-w-xs">
        <SelectField
          label={t('security.kind')}
          value={kind}
          onChange={(event) => setKind(event.target.value)}
        >
          <option value="">{t('security.kind.any')}</option>
          {KINDS.map((it) => (
            <option key={it} value={it}>
              {t(`security.kind.${it}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <PagedList
        query_key={['security', 'events', scope, kind]}
        fetchPage={(cursor) =>
          protectionApi.securityEvents(scope, kind ? `kind=${kind}` : '', cursor)
        }
        empty={
          <Empty
            icon={ShieldCheck}
            title={t('security.events.empty')}
            text={t('security.events.empty.text')}
          />
        }
        draw={(event) => <Row event={event} />}
      />
    </>
  );
}

function Row({ event }: { event: SecurityEvent }) {
  const { locale } = useWords();
  const { t } = useProtectionWords();
  const { data } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const channel = data?.items.find((it) => it.id === event.channel_id)?.name;
  const facts = [
    formatMoment(event.last_at, locale),
    event.address,
    event.user_agent ? browserName(event.user_agent) : null,
    channel ? `${t('security.channel')}: ${channel}` : null,
    event.request_id,
  ];
  return (
    <article className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2 font-medium">
        {t(`security.kind.${event.kind}`)}
        <Badge tone={event.count >= 10 ? 'warn' : 'plain'}>
          {t('security.times', { count: event.count })}
        </Badge>
      </p>
      <p className="text-sm break-all text-soft">{facts.filter(Boolean).join(' · ')}</p>
    </article>
  );
}
