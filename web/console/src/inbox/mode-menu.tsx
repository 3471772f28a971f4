// When the assistant's replies go out in this conversation.

import type { StateForAgents } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ShieldCheck } from 'lucide-react';
import type { Room } from '@switchboard/shared/room.ts';
import { adminApi } from '../app/admin-api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';

type Mode = NonNullable<StateForAgents['mode']>;

export const MODES: readonly Mode[] = ['automatic', 'hold', 'approve'];

interface ModeMenuProps {
  channel_id: string;
  room: Room | null;
  state: StateForAgents;
}

/** What is chosen for the conversation, what holds for it, and how to choose. */
export function useReplyMode({ channel_id, room, state }: ModeMenuProps) {
  const words = useWords();
  const { connection } = useLive();
  const { data } = useQuery({
    queryKey: ['settings', channel_id],
    queryFn: () => adminApi.settings({ channel: channel_id }),
    staleTime: 60_000,
  });
  const ofChannel = data?.find((it) => it.name === 'reply_mode')?.value as Mode | undefined;
  const current = state.mode ?? ofChannel ?? 'automatic';
  const choose = (wanted: Mode | 'channel') => {
    const mode = wanted === 'channel' ? null : wanted;
    connection
      .ask('session:mode', { session_id: room?.id ?? '', mode })
      .then((answer) => room?.setState(answer.state), toastFailure(words));
  };
  const chosen: Mode | 'channel' = state.mode ?? 'channel';
  return { ofChannel, current, chosen, choose };
}

export function ModeMenu(props: ModeMenuProps) {
  const { t } = useWords();
  const { ofChannel, current, chosen, choose } = useReplyMode(props);
  const trigger = (
    <Button
      isSmall
      title={t(`mode.${current}.text`)}
      aria-label={t('mode.is', { mode: t(`mode.${current}`) })}
    >
      <ShieldCheck size={15} aria-hidden="true" />
      {t(`mode.${current}`)}
      <ChevronDown size={14} aria-hidden="true" />
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuChoice<Mode | 'channel'>
        label={t('mode.label')}
        value={chosen}
        options={[
          [
            'channel',
            <Option
              key="channel"
              name={t('mode.channel')}
              text={ofChannel ? t(`mode.${ofChannel}`) : ''}
            />,
          ],
          ...MODES.map(
            (mode) =>
              [
                mode,
                <Option key={mode} name={t(`mode.${mode}`)} text={t(`mode.${mode}.text`)} />,
              ] as const,
          ),
        ]}
        onChoose={choose}
      />
    </Menu>
  );
}

function Option({ name, text }: { name: string; text: string }) {
  return (
    <span className="flex max-w-72 flex-col">
      <span>{name}</span>
      <span className="text-xs text-soft">{text}</span>
    </span>
  );
}
