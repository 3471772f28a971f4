// The members of the org: invite, change roles, hand out password links, remove.

import type { Member, MemberRole } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Gauge,
  KeyRound,
  MoreHorizontal,
  ShieldOff,
  UserMinus,
  UserPlus,
  Users,
} from 'lucide-react';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { pictureUrl } from '../app/member-picture.ts';
import { usePicture } from '../app/use-picture.ts';
import { formatDate } from '../app/format.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { membersQuery } from '../inbox/editors.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Confirm, Dialog } from '../ui/dialog.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx';
import { PictureItems } from '../ui/picture-items.tsx';
import { PRESENCE_DOTS } from '../ui/presence.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { AdminPage, Card } from './admin-page.tsx';
import { CapacityDialog } from './capacity-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { TwoStepDemand } from './two-step-demand.tsx';

export interface PasswordLink {
  name: string;
  url: string;
  /** Whether they were mailed it. */
  isMailed?: boolean;
}

export function MembersPage() {
  const { t } = useWords();
  const { member } = useMe();
  const { data, error, refetch } = useQuery(membersQuery);
  const [isInviting, setInviting] = useState(false);
  const [link, setLink] = useState<PasswordLink | null>(null);
  const canManage = member.role !== 'agent';
  const invite = canManage ? (
    <Button kind="strong" onClick={() => setInviting(true)}>
      <UserPlus size={17} />
      {t('members.invite')}
    </Button>
  ) : null;
  return (
    <AdminPage title={t('members.title')} lead={t('members.lead')} action={invite}>
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <Card>
          {data.items.length === 0 ? <Empty icon={Users} title={t('members.title')} /> : null}
          <ul className="divide-y divide-line">
            {data.items.map((it) => (
              <MemberRow
                key={it.id}
                member={it}
                canManage={canManage && it.id !== member.id}
                onLink={setLink}
              />
            ))}
          </ul>
        </Card>
      ) : null}
      {canManage ? <TwoStepDemand /> : null}
      {isInviting ? (
        <InviteDialog
          onClose={() => setInviting(false)}
          onInvited={(made) => {
            setInviting(false);
            setLink(made);
          }}
        />
      ) : null}
      {link ? (
        <Dialog
          title={t('members.link.title', { name: link.name })}
          text={t(link.isMailed ? 'members.link.mailed' : 'members.link.text')}
          onClose={() => setLink(null)}
        >
          <CopyBox text={link.url} label={t('members.link.title', { name: link.name })} />
        </Dialog>
      ) : null}
    </AdminPage>
  );
}

interface MemberRowProps {
  member: Member;
  canManage: boolean;
  onLink: (link: PasswordLink) => void;
}

function MemberRow({ member, canManage, onLink }: MemberRowProps) {
  const { t, locale } = useWords();
  const me = useMe().member;
  const live = useLive();
  const heard = useCell(live.presence)[member.id];
  const own = useCell(live.status);
  const presence = member.id === me.id ? own : (heard ?? member.presence);
  return (
    <li className="flex items-center gap-4 px-4 py-3.5 md:px-5">
      <Avatar
        id={member.id}
        name={member.name}
        picture={pictureUrl(member)}
        dot={PRESENCE_DOTS[presence]}
      />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="truncate font-semibold">{member.name}</span>
          {member.id === me.id ? (
            <span className="text-sm text-soft">({t('members.you')})</span>
          ) : null}
          {member.two_step ? <Badge tone="ok">{t('members.twoStep')}</Badge> : null}
          {member.active ? null : <Badge tone="warn">{t('members.inactive')}</Badge>}
        </p>
        <p className="truncate text-sm text-soft">
          {member.email}{' '}
          <span className="max-sm:hidden">
            · {t('members.since', { date: formatDate(member.created_at, locale) })}
          </span>
        </p>
      </div>
      {member.capacity === null ? null : (
        <span className="text-sm text-soft max-sm:hidden">
          {t('members.capacity.shown', { count: member.capacity })}
        </span>
      )}
      <span className="text-sm text-soft max-sm:hidden">{t(`presence.${presence}`)}</span>
      <Badge tone={member.role === 'agent' ? 'plain' : 'accent'}>{t(`role.${member.role}`)}</Badge>
      {canManage ? <MemberMenu member={member} onLink={onLink} /> : <span className="w-9" />}
    </li>
  );
}

function MemberMenu({ member, onLink }: { member: Member; onLink: (link: PasswordLink) => void }) {
  const words = useWords();
  const { t } = words;
  const me = useMe().member;
  const queries = useQueryClient();
  const picture = usePicture(member);
  const [isRemoving, setRemoving] = useState(false);
  const [hasCapacity, setCapacity] = useState(false);
  const [isResetting, setResetting] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: ['members'] });
  const onError = toastFailure(words);
  const changeRole = useMutation({
    mutationFn: (role: MemberRole) => api.changeMember(member.id, { role }),
    onSuccess: refresh,
    onError,
  });
  const makeLink = useMutation({
    mutationFn: () => api.passwordLink(member.id),
    onSuccess: ({ set_password_url }) => onLink({ name: member.name, url: set_password_url }),
    onError,
  });
  const remove = useMutation({
    mutationFn: () => api.removeMember(member.id),
    onSuccess: refresh,
    onError,
    onSettled: () => setRemoving(false),
  });
  const resetTwoStep = useMutation({
    mutationFn: () => api.resetTwoStep(member.id),
    onSuccess: refresh,
    onError,
    onSettled: () => setResetting(false),
  });
  const trigger = (
    <IconButton label={t('members.actions', { name: member.name })}>
      <MoreHorizontal size={18} />
    </IconButton>
  );
  return (
    <>
      <Menu trigger={trigger}>
        <MenuChoice
          label={t('members.role')}
          value={member.role}
          options={rolesFor(me.role).map((role) => [role, t(`role.${role}`)])}
          onChoose={(role) => changeRole.mutate(role)}
        />
        <MenuLine />
        <MenuItem onSelect={() => makeLink.mutate()}>
          <KeyRound size={16} />
          {t('members.newLink')}
        </MenuItem>
        {member.two_step ? (
          <MenuItem onSelect={() => setResetting(true)}>
            <ShieldOff size={16} />
            {t('members.twoStep.reset')}
          </MenuItem>
        ) : null}
        <MenuItem onSelect={() => setCapacity(true)}>
          <Gauge size={16} />
          {t('members.capacity')}
        </MenuItem>
        <PictureItems picture={picture} />
        <MenuItem isDanger onSelect={() => setRemoving(true)}>
          <UserMinus size={16} />
          {t('members.remove')}
        </MenuItem>
      </Menu>
      {hasCapacity ? <CapacityDialog member={member} onClose={() => setCapacity(false)} /> : null}
      {isResetting ? (
        <Confirm
          title={t('members.twoStep.reset.title', { name: member.name })}
          text={t('members.twoStep.reset.text')}
          confirm={t('members.twoStep.reset')}
          isBusy={resetTwoStep.isPending}
          onConfirm={() => resetTwoStep.mutate()}
          onClose={() => setResetting(false)}
        />
      ) : null}
      {isRemoving ? (
        <Confirm
          title={t('members.remove.title', { name: member.name })}
          text={t('members.remove.text')}
          confirm={t('members.remove')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        />
      ) : null}
    </>
  );
}

/** Nobody hands out more than they hold. */
export function rolesFor(own: MemberRole): readonly MemberRole[] {
  return own === 'owner' ? ['owner', 'admin', 'agent'] : ['admin', 'agent'];
}
