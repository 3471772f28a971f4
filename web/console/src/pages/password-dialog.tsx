// A new password, chosen in one's own account.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { FormError } from './auth-layout.tsx';
import { MIN_PASSWORD_CHARS } from './setup.tsx';

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const { has_password } = useMe();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (form: FormData) =>
      api.changePassword({
        ...(has_password ? { current_password: String(form.get('current')) } : {}),
        password: String(form.get('password')),
        end_tokens: form.has('end_tokens'),
      }),
    onSuccess: () => {
      toast('good', t('password.changed'));
      for (const key of ['me', 'sessions', 'tokens']) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
      onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  const { error } = save;
  const isWrong = error instanceof Failure && error.details.reason === 'wrong_password';
  return (
    <Dialog title={t('password.title')} text={t('password.change.text')} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        {has_password ? (
          <TextField
            label={t('password.current')}
            name="current"
            type="password"
            autoComplete="current-password"
            required
            error={isWrong ? t('fresh.wrongPassword') : null}
          />
        ) : null}
        <TextField
          label={t('password.new')}
          hint={t('setup.passwordHint')}
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={MIN_PASSWORD_CHARS}
          required
        />
        <CheckField label={t('password.endTokens')} name="end_tokens" />
        <FormError text={error && !isWrong ? failureText(error, words) : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" kind="strong" disabled={save.isPending}>
            {t('password.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
