// A page of the assistant about one channel: the one chosen, or the first.

import type { Channel } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { Bot } from 'lucide-react';
import { Fragment, type ReactNode, useState } from 'react';
import { api } from '../../app/api.ts';
import { SelectField } from '../../ui/field.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { useAssistantWords } from './assistant-words.ts';

/** Shows what `children` makes of the channel, below the choice of another. */
export function ForChannel({ children }: { children: (channel: Channel) => ReactNode }) {
  const { t } = useAssistantWords();
  const { channel, channels, choose, isLoading, error, refetch } = useChannel();
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (isLoading) return <Loading />;
  if (!channel) return <Empty icon={Bot} title={t('test.noChannel')} />;
  return (
    <>
      <ChannelPick channels={channels} channel={channel} onChoose={choose} />
      <Fragment key={channel.id}>{children(channel)}</Fragment>
    </>
  );
}

function useChannel() {
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

function ChannelPick({ channels, channel, onChoose }: ChannelPickProps) {
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
