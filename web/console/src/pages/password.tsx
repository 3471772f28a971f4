// A new member, or one who forgot, chooses a password with a one-time link.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { SubmitEvent } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { toast } from '../app/toasts.ts';
import { useWords, type Words } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { AuthLayout, FormError, useFragmentToken } from './auth-layout.tsx';
import { MIN_PASSWORD_CHARS } from './setup.tsx';

export function PasswordPage() {
  const words = useWords();
  const { t } = words;
  const token = useFragmentToken();
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: (form: FormData) =>
      api.setPassword(token ?? '', String(form.get('password')), form.has('end_tokens')),
    onSuccess: async () => {
      toast('good', t('password.done'));
      await navigate({ to: '/login' });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <AuthLayout title={t('password.title')} lead={t('password.lead')}>
      {token === null ? (
        <FormError text={t('password.noToken')} />
      ) : (
        <form className="flex flex-col gap-4" onSubmit={submit}>
          <TextField
            label={t('password.new')}
            hint={t('setup.passwordHint')}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={MIN_PASSWORD_CHARS}
            required
            autoFocus
          />
          <CheckField label={t('password.endTokens')} name="end_tokens" />
          <FormError text={save.error ? linkFailure(save.error, words) : null} />
          <Button type="submit" kind="strong" disabled={save.isPending}>
            {t('password.submit')}
          </Button>
        </form>
      )}
    </AuthLayout>
  );
}

function linkFailure(error: unknown, words: Words): string {
  const isUsed =
    error instanceof Failure && ['unauthenticated', 'forbidden', 'not_found'].includes(error.code);
  return isUsed ? words.t('password.used') : failureText(error, words);
}
