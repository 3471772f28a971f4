// The assistant's log: every turn, the newest first.

import { useQuery } from '@tanstack/react-query';
import { Bot } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { api } from '../../app/api.ts';
import { Empty } from '../../ui/states.tsx';
import { AdminPage, ForAdmins } from '../admin-page.tsx';
import { PagedList } from '../paged-list.tsx';
import { AssistantNav } from './assistant-nav.tsx';
import { useAssistantWords } from './assistant-words.ts';
import { TurnFilterBar } from './turn-filter-bar.tsx';
import { NO_TURN_FILTERS, queryOfTurns } from './turn-filters.ts';
import { TurnRow } from './turn-row.tsx';

export function AssistantLogPage() {
  const { t } = useAssistantWords();
  return (
    <AdminPage title={t('log.title')} lead={t('log.lead')}>
      <ForAdmins>
        <AssistantNav />
        <Turns />
      </ForAdmins>
    </AdminPage>
  );
}

function Turns() {
  const { t } = useAssistantWords();
  const [filters, setFilters] = useState(NO_TURN_FILTERS);
  const query = useDeferredValue(queryOfTurns(filters));
  const { data } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const nameOf = (id: string) => data?.items.find((it) => it.id === id)?.name ?? null;
  return (
    <>
      <TurnFilterBar filters={filters} onChange={setFilters} />
      <PagedList
        query_key={['assistant', 'turns', query]}
        fetchPage={(cursor) => adminApi.assistantTurns(query, cursor)}
        empty={<Empty icon={Bot} title={t('log.empty')} text={t('log.empty.text')} />}
        draw={(turn) => <TurnRow turn={turn} channel={nameOf(turn.channel_id)} />}
      />
    </>
  );
}
