// The person's own menu: presence, language, theme, notifications, and the way out.

import { useNavigate } from '@tanstack/react-router';
import {
  Bell,
  Command,
  Keyboard,
  KeyRound,
  LogOut,
  MonitorSmartphone,
  ShieldCheck,
} from 'lucide-react';
import { PALETTE_KEY } from '../acts/act-keys.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { pictureUrl } from '../app/member-picture.ts';
import { language, nextAfterClose, singleKeys, THEMES, theme, undoSend } from '../app/settings.ts';
import { usePicture } from '../app/use-picture.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine, MenuSwitch } from '../ui/menu.tsx';
import { PictureItems } from '../ui/picture-items.tsx';
import { Key } from '../ui/key.tsx';
import { PRESENCE_DOTS, STATUSES } from '../ui/presence.ts';
import { useSignOut } from './use-desk-acts.ts';

interface AccountMenuProps {
  onHelp: () => void;
  onPalette: () => void;
}

export function AccountMenu({ onHelp, onPalette }: AccountMenuProps) {
  const words = useWords();
  const { t, locale } = words;
  const live = useLive();
  const { member, org } = useMe();
  const status = useCell(live.status);
  const picture = usePicture(member);
  const navigate = useNavigate();
  const chosenTheme = useCell(theme);
  const hasSingleKeys = useCell(singleKeys);
  const hasUndoSend = useCell(undoSend);
  const goesToNext = useCell(nextAfterClose);
  const signOut = useSignOut();
  const trigger = (
    <button
      type="button"
      className="rounded-full p-1 hover:bg-raised"
      aria-label={t('account.menu')}
      title={member.name}
    >
      <Avatar
        id={member.id}
        name={member.name}
        picture={pictureUrl(member)}
        dot={PRESENCE_DOTS[status]}
      />
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
      <MenuSwitch isOn={hasUndoSend} onSwitch={(isOn) => undoSend.set(isOn)}>
        {t('account.undoSend')}
      </MenuSwitch>
      <MenuSwitch isOn={goesToNext} onSwitch={(isOn) => nextAfterClose.set(isOn)}>
        {t('account.nextAfterClose')}
      </MenuSwitch>
      <MenuLine />
      <PictureItems picture={picture} />
      <MenuItem onSelect={() => void navigate({ to: '/notifications' })}>
        <Bell size={16} />
        {t('account.notify')}
      </MenuItem>
      <MenuItem onSelect={onPalette}>
        <Command size={16} />
        <span className="flex-1">{t('account.palette')}</span>
        <Key>{PALETTE_KEY.label}</Key>
      </MenuItem>
      <MenuItem onSelect={onHelp}>
        <Keyboard size={16} />
        {t('account.keys')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/account' })}>
        <ShieldCheck size={16} />
        {t('account.security')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/tokens' })}>
        <KeyRound size={16} />
        {t('tokens.title')}
      </MenuItem>
      <MenuItem onSelect={() => void navigate({ to: '/sessions' })}>
        <MonitorSmartphone size={16} />
        {t('account.sessions')}
      </MenuItem>
      <MenuItem onSelect={signOut}>
        <LogOut size={16} />
        {t('account.signOut')}
      </MenuItem>
    </Menu>
  );
}
