// Where a conversation goes when its agent gives it away: to the assistant, into the queue, or to a colleague.

import { useQuery } from '@tanstack/react-query';
import { Bot, ChevronDown, ListEnd } from 'lucide-react';
import { useLive, useMe } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { PRESENCE_DOTS } from '../ui/presence.ts';
import type { Actions } from './actions.ts';
import { membersQuery } from './editors.tsx';

export function ReleaseMenu({ actions }: { actions: Actions }) {
  const { t } = useWords();
  const { member } = useMe();
  const heard = useCell(useLive().presence);
  const { data } = useQuery(membersQuery);
  const colleagues = (data?.items ?? [])
    .filter((it) => it.active && it.id !== member.id)
    .map((it) => ({ id: it.id, name: it.name, presence: heard[it.id] ?? it.presence }))
    .sort((a, b) => Number(b.presence === 'online') - Number(a.presence === 'online'));
  const trigger = (
    <Button isSmall>
      {t('action.release')}
      <ChevronDown size={14} aria-hidden="true" />
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuItem onSelect={() => actions.release('assistant')}>
        <Bot size={16} aria-hidden="true" />
        {t('release.assistant')}
      </MenuItem>
      <MenuItem onSelect={() => actions.release('waiting')}>
        <ListEnd size={16} aria-hidden="true" />
        {t('release.waiting')}
      </MenuItem>
      {colleagues.length > 0 ? <MenuLine /> : null}
      {colleagues.map((it) => (
        <MenuItem key={it.id} onSelect={() => actions.assign(it)}>
          <span className={`size-2.5 rounded-full ${PRESENCE_DOTS[it.presence]}`} />
          {t('release.person', { name: it.name })}
          <span className="ml-auto pl-3 text-xs text-soft">{t(`presence.${it.presence}`)}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}
