// What the list is narrowed to and ordered by, as chips.

import { useQuery } from '@tanstack/react-query';
import { api } from '../app/api.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { useCellPart } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { membersQuery } from '../inbox/editors.tsx';
import { Chip, LabelChip } from '../search/filter-chips.tsx';
import { SORTS, STATUSES, withPart } from './filter.ts';

export function FilterBar() {
  const { t } = useWords();
  const live = useLive();
  const { member } = useMe();
  const filter = useCellPart(live.inbox.state, (it) => it.filter);
  const saved = useCellPart(live.inbox.state, (it) => it.saved);
  const channels = useQuery({ queryKey: ['channels'], queryFn: api.channels }).data?.items ?? [];
  const members = useQuery(membersQuery).data?.items ?? [];
  // A saved view stays the one that is shown: what is changed of it can be stored.
  const choose = (part: Parameters<typeof withPart>[1]) => (value: string) =>
    live.inbox.showFilter(withPart(filter, part, value), saved);
  const colleagues = members.filter((it) => it.active && it.id !== member.id);
  return (
    <fieldset className="flex flex-wrap gap-1.5 border-0 p-0 px-3 pt-1.5">
      <legend className="sr-only">{t('filter.title')}</legend>
      <Chip
        label={t('filter.sort')}
        value={filter.sort ?? ''}
        options={SORTS.map((it) => [it, t(`filter.sort.${it}`)])}
        onChoose={choose('sort')}
      />
      <Chip
        label={t('search.status')}
        value={filter.status ?? ''}
        options={STATUSES.map((it) => [it, t(`status.${it}`)])}
        onChoose={choose('status')}
      />
      <Chip
        label={t('search.assignee')}
        value={filter.assignee ?? ''}
        options={[
          ['me', t('status.you')],
          ['none', t('search.assignee.none')],
          ...colleagues.map((it) => [it.id, it.name] as const),
        ]}
        onChoose={choose('assignee')}
      />
      {channels.length > 1 || filter.channel_id ? (
        <Chip
          label={t('search.channel_id')}
          value={filter.channel_id ?? ''}
          options={channels.map((it) => [it.id, it.name])}
          onChoose={choose('channel_id')}
        />
      ) : null}
      <LabelChip value={filter.label ?? ''} onChoose={choose('label')} />
    </fieldset>
  );
}
