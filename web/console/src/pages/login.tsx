// Sign in with email and password.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useWords, type Words } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { AuthLayout, FormError } from './auth-layout.tsx';
import { challengeOf, SecondStep } from './second-step.tsx';
import { useSignedIn } from './use-signed-in.ts';

export function LoginPage() {
  const words = useWords();
  const setup = useQuery({ queryKey: ['setup'], queryFn: api.setupNeeded, retry: false });
  const [challenge, setChallenge] = useState<string | null>(null);
  const onSignedIn = useSignedIn();
  const login = useMutation({
    mutationFn: (form: FormData) =>
      api.login(String(form.get('email')), String(form.get('password'))),
    onSuccess: onSignedIn,
    onError: (error) => setChallenge(challengeOf(error)),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    login.mutate(new FormData(event.currentTarget));
  };
  if (challenge) {
    return (
      <AuthLayout title={words.t('secondStep.title')} lead={words.t('secondStep.lead')}>
        <SecondStep
          challenge={challenge}
          onSignedIn={onSignedIn}
          onBack={() => {
            setChallenge(null);
            login.reset();
          }}
        />
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={words.t('login.title')} lead={words.t('login.lead')}>
      {setup.data?.needed ? (
        <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
          {words.t('login.setup')}
        </p>
      ) : null}
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <TextField
          label={words.t('login.email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
        <TextField
          label={words.t('login.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <FormError text={login.error ? loginFailure(login.error, words) : null} />
        <Button type="submit" kind="strong" disabled={login.isPending}>
          {words.t('login.submit')}
        </Button>
      </form>
      <Link to="/forgot" className="self-start text-sm text-accent underline underline-offset-2">
        {words.t('login.forgot')}
      </Link>
      {setup.data?.registers ? (
        <Link
          to="/register"
          className="self-start text-sm text-accent underline underline-offset-2"
        >
          {words.t('register.offer')}
        </Link>
      ) : null}
    </AuthLayout>
  );
}

function loginFailure(error: unknown, words: Words): string {
  const isWrong = error instanceof Failure && error.code === 'unauthenticated';
  return isWrong ? words.t('login.wrong') : failureText(error, words);
}
