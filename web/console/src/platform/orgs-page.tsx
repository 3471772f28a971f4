// Every org of the platform with its figures: made, suspended, exported, deleted.

import type { Org } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { Building2, Plus } from 'lucide-react';
import { useState } from 'react';
import { AdminPage } from '../admin/admin-page.tsx';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { PagedList } from '../admin/paged-list.tsx';
import { SettingSwitch } from '../admin/setting-switch.tsx';
import { formatAgo, formatDate, formatUsd } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Empty } from '../ui/states.tsx';
import { OrgMenu } from './org-menu.tsx';
import { platformApi } from './platform-api.ts';
import { PlatformNav } from './platform-nav.tsx';

export const ORGS_KEY = ['orgs'] as const;

interface OwnerLink {
  name: string;
  url: string;
  isMailed: boolean;
}

export function OrgsPage() {
  const { t } = useWords();
  const { member } = useMe();
  const [isMaking, setMaking] = useState(false);
  const [link, setLink] = useState<OwnerLink | null>(null);
  if (!member.platform_admin) {
    return (
      <AdminPage title={t('orgs.title')} lead={t('orgs.lead')}>
        <p className="text-soft">{t('orgs.notAllowed')}</p>
      </AdminPage>
    );
  }
  return (
    <AdminPage
      title={t('orgs.title')}
      lead={t('orgs.lead')}
      action={
        <Button kind="strong" onClick={() => setMaking(true)}>
          <Plus size={17} aria-hidden="true" />
          {t('orgs.make')}
        </Button>
      }
    >
      <PlatformNav />
      <SettingSwitch
        level="platform"
        name="self_registration"
        label={t('orgs.registration')}
        text={t('orgs.registration.text')}
      />
      <PagedList
        query_key={ORGS_KEY}
        fetchPage={platformApi.orgs}
        empty={<Empty icon={Building2} title={t('orgs.title')} />}
        draw={(org: Org) => <Row org={org} />}
      />
      {isMaking ? <MakeDialog onMade={setLink} onClose={() => setMaking(false)} /> : null}
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

interface MakeDialogProps {
  onMade: (link: OwnerLink) => void;
  onClose: () => void;
}

function MakeDialog({ onMade, onClose }: MakeDialogProps) {
  const { t, locale } = useWords();
  const queries = useQueryClient();
  return (
    <FormDialog
      title={t('orgs.make')}
      text={t('orgs.make.text')}
      save={t('orgs.make.save')}
      onSave={(form) =>
        platformApi.createOrg(textOf(form, 'org'), {
          email: textOf(form, 'email'),
          locale,
          ...(textOf(form, 'owner') === '' ? {} : { name: textOf(form, 'owner') }),
        })
      }
      onSaved={({ member, set_password_url, is_mailed }) => {
        onMade({ name: member.name, url: set_password_url, isMailed: is_mailed });
        void queries.invalidateQueries({ queryKey: ORGS_KEY });
      }}
      onClose={onClose}
    >
      <TextField label={t('orgs.name')} name="org" autoComplete="off" maxLength={120} required />
      <TextField label={t('orgs.owner.name')} name="owner" autoComplete="off" maxLength={120} />
      <TextField
        label={t('orgs.owner.email')}
        name="email"
        type="email"
        autoComplete="off"
        required
      />
    </FormDialog>
  );
}

function Row({ org }: { org: Org }) {
  const words = useWords();
  const { t, locale } = words;
  const { figures } = org;
  const facts = figures
    ? [
        t('orgs.members', { count: figures.member_count }),
        t('orgs.channels', { count: figures.channel_count }),
        t('orgs.conversations', { count: figures.conversation_count }),
        t('orgs.open', { count: figures.open_count }),
        t('orgs.cost', { cost: formatUsd(figures.cost_usd, locale) }),
        figures.changed_at
          ? t('orgs.changed', { time: formatAgo(figures.changed_at, Date.now(), words) })
          : t('orgs.unused'),
      ]
    : [];
  return (
    <div className="flex items-start gap-3">
      <Building2 size={20} className="mt-0.5 shrink-0 text-soft" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <span className="break-words">{org.name}</span>
          {org.status === 'active' ? null : (
            <Badge tone="warn">{t(`orgs.status.${org.status}`)}</Badge>
          )}
        </p>
        <p className="text-sm text-soft">{facts.join(' · ')}</p>
        <p className="text-sm text-soft">
          {t('orgs.since', { date: formatDate(org.created_at, locale) })}
        </p>
        {org.suspended_reason ? (
          <p className="text-sm">{t('orgs.reason', { reason: org.suspended_reason })}</p>
        ) : null}
        {org.delete_at ? (
          <p className="text-sm font-medium text-danger">
            {t('orgs.leaves', { date: formatDate(org.delete_at, locale) })}
          </p>
        ) : null}
      </div>
      <OrgMenu org={org} />
    </div>
  );
}
