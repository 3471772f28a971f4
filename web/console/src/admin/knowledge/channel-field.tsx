// Which channel knows something: one of them, or all.

import { useQuery } from '@tanstack/react-query';
import { api } from '../../app/api.ts';
import { useWords } from '../../app/words.ts';
import { SelectField } from '../../ui/field.tsx';

interface ChannelFieldProps {
  name: string;
  label?: string;
  defaultValue?: string | null;
}

export function ChannelField({ name, label, defaultValue }: ChannelFieldProps) {
  const { t } = useWords();
  const { data } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  return (
    <SelectField
      // The options come late; the choice must not be lost to that.
      key={data ? 'known' : 'loading'}
      label={label ?? t('knowledge.channel')}
      name={name}
      defaultValue={defaultValue ?? ''}
    >
      <option value="">{t('knowledge.channel.all')}</option>
      {data?.items.map((channel) => (
        <option key={channel.id} value={channel.id}>
          {channel.name}
        </option>
      ))}
    </SelectField>
  );
}

export function useChannelName(id: string | null): string | null {
  const { data } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  return id === null ? null : (data?.items.find((it) => it.id === id)?.name ?? null);
}
