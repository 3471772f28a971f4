// An org of one's own, where the platform lets anybody make one: the address is confirmed by a link first.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SubmitEvent } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useWords, type Words } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Loading } from '../ui/states.tsx';
import { AuthLayout, FormError, useFragmentToken } from './auth-layout.tsx';
import { MIN_PASSWORD_CHARS } from './setup.tsx';
import { useSignedIn } from './use-signed-in.ts';

export function RegisterPage() {
  const { t } = useWords();
  const token = useFragmentToken();
  const setup = useQuery({ queryKey: ['setup'], queryFn: api.setupNeeded, retry: false });
  return (
    <AuthLayout title={t('register.title')} lead={t(token ? 'register.confirm' : 'register.lead')}>
      {token ? <Confirm token={token} /> : setup.isPending ? <Loading /> : null}
      {!token && setup.data ? setup.data.registers ? <Ask /> : <Closed /> : null}
      <Link to="/login" className="self-start text-sm text-accent underline underline-offset-2">
        {t('setup.signIn')}
      </Link>
    </AuthLayout>
  );
}

function Closed() {
  const { t } = useWords();
  return <p className="text-soft">{t('register.closed')}</p>;
}

function Ask() {
  const words = useWords();
  const { t, locale } = words;
  const ask = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string) => String(form.get(name));
      return api.register({
        org_name: text('org_name'),
        name: text('name'),
        email: text('email'),
        locale,
      });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    ask.mutate(new FormData(event.currentTarget));
  };
  if (ask.isSuccess) {
    return (
      <p role="status" className="rounded-lg bg-accent-soft px-3 py-2 text-sm">
        {t('register.mailed', { email: String(ask.variables.get('email')) })}
      </p>
    );
  }
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <TextField
        label={t('setup.org')}
        name="org_name"
        autoComplete="organization"
        maxLength={120}
        required
        autoFocus
      />
      <TextField label={t('setup.name')} name="name" autoComplete="name" maxLength={120} required />
      <TextField
        label={t('setup.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
      />
      <FormError text={ask.error ? failureText(ask.error, words) : null} />
      <Button type="submit" kind="strong" disabled={ask.isPending}>
        {t('register.submit')}
      </Button>
    </form>
  );
}

function Confirm({ token }: { token: string }) {
  const words = useWords();
  const { t } = words;
  const confirm = useMutation({
    mutationFn: (form: FormData) => api.confirmRegistration(token, String(form.get('password'))),
    onSuccess: useSignedIn(),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    confirm.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <TextField
        label={t('setup.password')}
        hint={t('setup.passwordHint')}
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={MIN_PASSWORD_CHARS}
        required
        autoFocus
      />
      <FormError text={confirm.error ? linkFailure(confirm.error, words) : null} />
      <Button type="submit" kind="strong" disabled={confirm.isPending}>
        {t('register.make')}
      </Button>
    </form>
  );
}

function linkFailure(error: unknown, words: Words): string {
  const isUsed = error instanceof Failure && ['unauthenticated', 'conflict'].includes(error.code);
  return isUsed ? words.t('register.used') : failureText(error, words);
}
