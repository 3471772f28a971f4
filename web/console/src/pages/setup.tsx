// First run: the one-time setup link makes the org and its owner.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { SubmitEvent } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useWords, type Words } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { AuthLayout, FormError, useFragmentToken } from './auth-layout.tsx';

export const MIN_PASSWORD_CHARS = 10;

export function SetupPage() {
  const words = useWords();
  const { t } = words;
  const token = useFragmentToken();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const setUp = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string) => String(form.get(name));
      return api.setUp({
        token: token ?? '',
        org_name: text('org_name'),
        name: text('name'),
        email: text('email'),
        password: text('password'),
      });
    },
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: '/channels' });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setUp.mutate(new FormData(event.currentTarget));
  };
  return (
    <AuthLayout title={t('setup.title')} lead={t('setup.lead')}>
      {token === null ? (
        <>
          <FormError text={t('setup.noToken')} />
          <Link to="/login" className="text-accent underline">
            {t('setup.signIn')}
          </Link>
        </>
      ) : (
        <form className="flex flex-col gap-4" onSubmit={submit}>
          <TextField
            label={t('setup.org')}
            name="org_name"
            autoComplete="organization"
            required
            autoFocus
          />
          <TextField label={t('setup.name')} name="name" autoComplete="name" required />
          <TextField
            label={t('setup.email')}
            name="email"
            type="email"
            autoComplete="username"
            required
          />
          <TextField
            label={t('setup.password')}
            hint={t('setup.passwordHint')}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={MIN_PASSWORD_CHARS}
            required
          />
          <FormError text={setUp.error ? linkFailure(setUp.error, words) : null} />
          <Button type="submit" kind="strong" disabled={setUp.isPending}>
            {t('setup.submit')}
          </Button>
        </form>
      )}
    </AuthLayout>
  );
}

function linkFailure(error: unknown, words: Words): string {
  const isUsed =
    error instanceof Failure &&
    ['unauthenticated', 'forbidden', 'not_found', 'conflict'].includes(error.code);
  return isUsed ? words.t('setup.used') : failureText(error, words);
}
