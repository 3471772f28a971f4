// What the assistant's log is filtered by.

import { useQuery } from '@tanstack/react-query';
import { api } from '../../app/api.ts';
import { connectionsApi } from '../../app/connections-api.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { toolText, useConnectionWords } from '../connections/connection-words.ts';
import { useAssistantWords } from './assistant-words.ts';
import { OUTCOMES, type TurnFilters } from './turn-filters.ts';

interface TurnFilterBarProps {
  filters: TurnFilters;
  onChange: (filters: TurnFilters) => void;
}

export function TurnFilterBar({ filters, onChange }: TurnFilterBarProps) {
  const { t } = useAssistantWords();
  const connectionWords = useConnectionWords();
  const channels = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const tools = useQuery({ queryKey: ['tools'], queryFn: connectionsApi.tools });
  const set = (name: keyof TurnFilters) => (event: { target: { value: string } }) =>
    onChange({ ...filters, [name]: event.target.value });
  return (
    <search className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <SelectField
        label={t('log.filter.outcome')}
        value={filters.outcome}
        onChange={set('outcome')}
      >
        <option value="">{t('log.any')}</option>
        {OUTCOMES.map((it) => (
          <option key={it} value={it}>
            {t(`outcome.${it}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('log.filter.channel')}
        value={filters.channel}
        onChange={set('channel')}
      >
        <option value="">{t('log.all.channels')}</option>
        {channels.data?.items.map((it) => (
          <option key={it.id} value={it.id}>
            {it.name}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('log.filter.tool')} value={filters.tool} onChange={set('tool')}>
        <option value="">{t('log.any')}</option>
        {tools.data?.map((it) => (
          <option key={it.name} value={it.name}>
            {toolText(it, connectionWords).title}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('log.filter.thumb')} value={filters.thumb} onChange={set('thumb')}>
        <option value="">{t('log.any')}</option>
        <option value="1">{t('log.thumb.up')}</option>
        <option value="-1">{t('log.thumb.down')}</option>
      </SelectField>
      <SelectField label={t('log.filter.place')} value={filters.test} onChange={set('test')}>
        <option value="">{t('log.any')}</option>
        <option value="false">{t('log.place.conversations')}</option>
        <option value="true">{t('log.place.test')}</option>
      </SelectField>
      <TextField
        label={t('log.filter.from')}
        type="date"
        value={filters.from}
        onChange={set('from')}
      />
      <TextField label={t('log.filter.to')} type="date" value={filters.to} onChange={set('to')} />
    </search>
  );
}
