// What the audit log is filtered by.

import { useQuery } from '@tanstack/react-query';
import { api } from '../../app/api.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { type AuditFilters, THINGS } from './audit-rows.ts';
import { useProtectionWords } from './protection-words.ts';

interface AuditFilterBarProps {
  filters: AuditFilters;
  onChange: (filters: AuditFilters) => void;
}

export function AuditFilterBar({ filters, onChange }: AuditFilterBarProps) {
  const { t } = useProtectionWords();
  const members = useQuery({ queryKey: ['members'], queryFn: api.members });
  const set = (name: keyof AuditFilters) => (event: { target: { value: string } }) =>
    onChange({ ...filters, [name]: event.target.value });
  return (
    <search className="grid grid-cols-2 gap-x-3 gap-y-2 lg:grid-cols-4">
      <div className="sm:col-span-2 lg:col-span-4">
        <TextField
          label={t('audit.search')}
          placeholder={t('audit.search.hint')}
          type="search"
          maxLength={200}
          value={filters.text}
          onChange={set('text')}
        />
      </div>
      <SelectField label={t('audit.filter.act')} value={filters.act} onChange={set('act')}>
        <option value="">{t('audit.any')}</option>
        {THINGS.map((thing) => (
          <option key={thing} value={thing}>
            {t(`audit.thing.${thing}`)}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('audit.filter.actor')} value={filters.actor} onChange={set('actor')}>
        <option value="">{t('audit.anybody')}</option>
        {(members.data?.items ?? []).map((member) => (
          <option key={member.id} value={member.id}>
            {member.name}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t('audit.filter.from')}
        type="date"
        value={filters.from}
        onChange={set('from')}
      />
      <TextField label={t('audit.filter.to')} type="date" value={filters.to} onChange={set('to')} />
    </search>
  );
}
