// Invites somebody: their name, email and role give a link with which they choose a password.

import type { MemberRole } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { FormError } from '../pages/auth-layout.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { type PasswordLink, rolesFor } from './members.tsx';

interface InviteDialogProps {
  onInvited: (link: PasswordLink) => void;
  onClose: () => void;
}

export function InviteDialog({ onInvited, onClose }: InviteDialogProps) {
  const words = useWords();
  const { t, locale } = words;
  const { member } = useMe();
  const queries = useQueryClient();
  const invite = useMutation({
    mutationFn: (form: FormData) =>
      api.inviteMember(
        String(form.get('email')),
        String(form.get('name')),
        form.get('role') as MemberRole,
        locale,
      ),
    onSuccess: async (made) => {
      onInvited({
        name: made.member.name,
        url: made.set_password_url,
        isMailed: made.is_mailed,
      });
      await queries.invalidateQueries({ queryKey: ['members'] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    invite.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={t('members.invite.title')} text={t('members.invite.text')} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <TextField label={t('members.name')} name="name" required autoFocus autoComplete="off" />
        <TextField
          label={t('members.email')}
          name="email"
          type="email"
          required
          autoComplete="off"
        />
        <SelectField label={t('members.role')} name="role" defaultValue="agent">
          {rolesFor(member.role).map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}: {t(`members.role.${role}.text`)}
            </option>
          ))}
        </SelectField>
        <FormError text={invite.error ? failureText(invite.error, words) : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" kind="strong" disabled={invite.isPending}>
            {t('members.invite')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
