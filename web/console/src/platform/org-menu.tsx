// What whoever runs the platform does with an org.

import { Failure } from '@switchboard/shared/errors.ts';
import type { Org } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  CirclePause,
  CirclePlay,
  Download,
  MoreHorizontal,
  Trash2,
  Undo2,
  Wrench,
} from 'lucide-react';
import { useState } from 'react';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { beginActing } from '../app/acting.ts';
import { toastFailure } from '../app/failures.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { IconButton } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { platformApi } from './platform-api.ts';
import { saveExport } from './save-export.ts';

type Open = 'act' | 'suspend' | 'delete' | null;

export function OrgMenu({ org }: { org: Org }) {
  const words = useWords();
  const { t } = words;
  const own = useMe().org.id;
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>(null);
  const refresh = () => void queries.invalidateQueries({ queryKey: ['orgs'] });
  const act = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onError: toastFailure(words),
    onSettled: refresh,
  });
  const download = useMutation({
    mutationFn: () => saveExport(org.id),
    onError: toastFailure(words),
  });
  const trigger = (
    <IconButton label={t('members.actions', { name: org.name })} disabled={act.isPending}>
      <MoreHorizontal size={18} />
    </IconButton>
  );
  return (
    <>
      <Menu trigger={trigger}>
        {org.status === 'active' && org.id !== own ? (
          <MenuItem onSelect={() => setOpen('act')}>
            <Wrench size={16} />
            {t('orgs.act')}
          </MenuItem>
        ) : null}
        <MenuItem isDisabled={download.isPending} onSelect={() => download.mutate()}>
          <Download size={16} />
          {t('orgs.export')}
        </MenuItem>
        {org.status === 'active' && org.id !== own ? (
          <MenuItem onSelect={() => setOpen('suspend')}>
            <CirclePause size={16} />
            {t('orgs.suspend')}
          </MenuItem>
        ) : null}
        {org.status === 'suspended' ? (
          <MenuItem onSelect={() => act.mutate(() => platformApi.resumeOrg(org.id))}>
            <CirclePlay size={16} />
            {t('orgs.resume')}
          </MenuItem>
        ) : null}
        {org.status === 'leaving' ? (
          <MenuItem onSelect={() => act.mutate(() => platformApi.keepOrg(org.id))}>
            <Undo2 size={16} />
            {t('orgs.keep')}
          </MenuItem>
        ) : null}
        {org.status !== 'leaving' && org.id !== own ? (
          <>
            <MenuLine />
            <MenuItem isDanger onSelect={() => setOpen('delete')}>
              <Trash2 size={16} />
              {t('orgs.delete')}
            </MenuItem>
          </>
        ) : null}
      </Menu>
      {open === 'act' ? (
        <FormDialog
          title={t('orgs.act.title', { name: org.name })}
          text={t('orgs.act.text')}
          save={t('orgs.act.save')}
          onSave={(form) => platformApi.actFor(org.id, textOf(form, 'reason'))}
          onSaved={({ acting, org_name }) => beginActing({ ...acting, org_name })}
          onClose={() => setOpen(null)}
        >
          <TextField
            label={t('orgs.act.reason')}
            hint={t('orgs.act.reason.hint')}
            name="reason"
            maxLength={300}
            autoComplete="off"
            required
          />
        </FormDialog>
      ) : null}
      {open === 'suspend' ? (
        <FormDialog
          title={t('orgs.suspend.title', { name: org.name })}
          text={t('orgs.suspend.text')}
          save={t('orgs.suspend')}
          onSave={(form) => platformApi.suspendOrg(org.id, textOf(form, 'reason'))}
          onSaved={() => {
            toast('good', t('orgs.suspended'));
            refresh();
          }}
          onClose={() => setOpen(null)}
        >
          <TextField
            label={t('orgs.suspend.reason')}
            hint={t('orgs.suspend.reason.hint')}
            name="reason"
            maxLength={300}
            autoComplete="off"
          />
        </FormDialog>
      ) : null}
      {open === 'delete' ? (
        <FormDialog
          title={t('orgs.delete.title', { name: org.name })}
          text={t('orgs.delete.text')}
          save={t('orgs.delete')}
          onSave={(form) => deleteNamed(org, textOf(form, 'name'), t('orgs.delete.wrong'))}
          onSaved={refresh}
          onClose={() => setOpen(null)}
        >
          <TextField
            label={t('orgs.delete.name', { name: org.name })}
            name="name"
            autoComplete="off"
            required
          />
        </FormDialog>
      ) : null}
    </>
  );
}

/** Only whoever types the name of the org deletes it. */
async function deleteNamed(org: Org, typed: string, wrong: string): Promise<void> {
  if (typed !== org.name) throw new Failure('bad_request', wrong);
  await platformApi.deleteOrg(org.id);
}
