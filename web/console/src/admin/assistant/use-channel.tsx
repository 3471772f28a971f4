// Which channel a page of the assistant is about: the one chosen, or the first.

import type { Channel } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/api.ts';
import { SelectField } from '../../ui/field.tsx';
import { useAssistantWords } from './assistant-words.ts';

export function useChannel() {
  const [chosen, choose] = useState('');
  const { data, error, refetch } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const channels = data?.items ?? [];
  const channel = channels.find((it) => it.id === chosen) ?? channels[0] ?? null;
  return { channel, channels, choose, isLoading: !data && !error, error, refetch };
}

interface ChannelPickProps {
  channels: readonly Channel[];
  channel: Channel;
  onChoose: (id: string) => void;
}

export function ChannelPick({ channels, channel, onChoose }: ChannelPickProps) {
  const { t } = useAssistantWords();
  return (
    <div className="max-w-sm">
      <SelectField
        label={t('log.filter.channel')}
        value={channel.id}
        onChange={(event) => onChoose(event.target.value)}
      >
        {channels.map((it) => (
          <option key={it.id} value={it.id}>
            {it.name}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
