// The person's own menu: presence, language, theme, notifications, and the way out.

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Bell, Keyboard, LogOut } from 'lucide-react';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { canAskForNotifications } from '../app/notifications.ts';
import { language, singleKeys, type Theme, theme } from '../app/settings.ts';
import { toast } from '../app/toasts.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine, MenuSwitch } from '../ui/menu.tsx';
import { PRESENCE_DOTS } from '../ui/presence.ts';

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const STATUSES = ['online', 'away', 'busy'] as const;

export function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const words = useWords();
  const { t, locale } = words;
  const live = useLive();
  const { member, org } = useMe();
  const status = useCell(live.status);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [canAsk, setCanAsk] = useState(canAskForNotifications);
  const chosenTheme = useCell(theme);
  const hasSingleKeys = useCell(singleKeys);
  const askForNotifications = async () => {
    const answer = await Notification.requestPermission();
    setCanAsk(answer === 'default');
    toast(
      answer === 'granted' ? 'good' : 'bad',
      t(answer === 'granted' ? 'notify.on' : 'notify.blocked'),
    );
  };
  const signOut = () =>
    api.logout().then(async () => {
      await navigate({ to: '/login' });
      queries.clear();
    }, toastFailure(words));
  const trigger = (
    <button
      type="button"
      className="rounded-full p-1 hover:bg-raised"
      aria-label={t('account.menu')}
      title={member.name}
    >
      <Avatar id={member.id} name={member.name} dot={PRESENCE_DOTS[status]} />
    </button>
  );
  return (
    <Menu trigger={trigger} align="end" side="right">
      <div className="px-2.5 pt-1.5 pb-2">
        <p className="truncate font-semibold">{member.name}</p>
        <p className="truncate text-sm text-soft">{org.name}</p>
      </div>
      <MenuChoice
        label={t('account.presence')}
        value={status}
        options={STATUSES.map((it) => [
          it,
          <>
            <span key="dot" className={`size-2.5 rounded-full ${PRESENCE_DOTS[it]}`} />
            {t(`presence.${it}`)}
          </>,
        ])}
        onChoose={(chosen) => live.setStatus(chosen)}
      />
      <MenuLine />
      <MenuChoice
        label={t('account.language')}
        value={locale}
        options={[
          ['en', 'English'],
          ['es', 'Español'],
        ]}
        onChoose={(chosen) => language.set(chosen)}
      />
      <MenuLine />
      <MenuChoice
        label={t('account.theme')}
        value={chosenTheme}
        options={THEMES.map((it) => [it, t(`theme.${it}`)])}
        onChoose={(chosen) => theme.set(chosen)}
      />
      <MenuLine />
      <MenuSwitch isOn={hasSingleKeys} onSwitch={(isOn) => singleKeys.set(isOn)}>
        {t('account.singleKeys')}
      </MenuSwitch>
      <MenuLine />
      {canAsk ? (
        <MenuItem onSelect={() => void askForNotifications()}>
          <Bell size={16} />
          {t('account.notify')}
        </MenuItem>
      ) : null}
      <MenuItem onSelect={onHelp}>
        <Keyboard size={16} />
        {t('account.keys')}
      </MenuItem>
      <MenuItem onSelect={() => void signOut()}>
        <LogOut size={16} />
        {t('account.signOut')}
      </MenuItem>
    </Menu>
  );
}
