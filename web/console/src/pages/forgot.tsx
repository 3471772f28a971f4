// A member without their password asks for a link by mail: to choose a new one, or just to sign in.

import type { Posts } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SubmitEvent } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { AuthLayout, FormError } from './auth-layout.tsx';

type Purpose = Posts['/auth/links']['body']['purpose'];

export function ForgotPage() {
  const words = useWords();
  const { t, locale } = words;
  const setup = useQuery({ queryKey: ['setup'], queryFn: api.setupNeeded, retry: false });
  const ask = useMutation({
    mutationFn: ({ email, purpose }: { email: string; purpose: Purpose }) =>
      api.mailLink(email, purpose, locale),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget, event.submitter as HTMLElement | null);
    ask.mutate({
      email: String(form.get('email')),
      purpose: form.get('purpose') === 'sign_in' ? 'sign_in' : 'password',
    });
  };
  const cannotMail = setup.data?.mails_links === false;
  return (
    <AuthLayout title={t('forgot.title')} lead={t(cannotMail ? 'forgot.noMail' : 'forgot.lead')}>
      {ask.isSuccess ? (
        <p role="status" className="rounded-lg bg-ok-soft px-3 py-2 text-sm text-ok">
          {t('forgot.done', { email: ask.variables.email })}
        </p>
      ) : cannotMail ? null : (
        <form className="flex flex-col gap-4" onSubmit={submit}>
          <TextField
            label={t('login.email')}
            name="email"
            type="email"
            autoComplete="username"
            required
            autoFocus
          />
          <FormError text={ask.error ? failureText(ask.error, words) : null} />
          <Button
            type="submit"
            kind="strong"
            name="purpose"
            value="password"
            className="h-auto min-h-10 py-2 whitespace-normal"
            disabled={ask.isPending}
          >
            {t('forgot.password')}
          </Button>
          <Button
            type="submit"
            name="purpose"
            value="sign_in"
            className="h-auto min-h-10 py-2 whitespace-normal"
            disabled={ask.isPending}
          >
            {t('forgot.signIn')}
          </Button>
        </form>
      )}
      <Link to="/login" className="self-start text-sm text-accent underline underline-offset-2">
        {t('forgot.back')}
      </Link>
    </AuthLayout>
  );
}
