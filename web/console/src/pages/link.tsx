// A mailed link signs in, once the member says so: what opens links by itself, such as a mail filter, uses none up.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { AuthLayout, FormError, useFragmentToken } from './auth-layout.tsx';
import { challengeOf, SecondStep } from './second-step.tsx';
import { useSignedIn } from './use-signed-in.ts';

export function LinkPage() {
  const words = useWords();
  const { t } = words;
  const token = useFragmentToken();
  const navigate = useNavigate();
  const [challenge, setChallenge] = useState<string | null>(null);
  const onSignedIn = useSignedIn();
  const signIn = useMutation({
    mutationFn: () => api.signInByLink(token ?? ''),
    onSuccess: onSignedIn,
    onError: (error) => setChallenge(challengeOf(error)),
  });
  const isUsed = signIn.error instanceof Failure && signIn.error.code === 'unauthenticated';
  if (challenge) {
    return (
      <AuthLayout title={t('secondStep.title')} lead={t('secondStep.lead')}>
        <SecondStep
          challenge={challenge}
          onSignedIn={onSignedIn}
          onBack={() => void navigate({ to: '/login' })}
        />
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t('login.title')} lead={t('link.lead')}>
      {token === null ? (
        <FormError text={t('password.noToken')} />
      ) : (
        <>
          <FormError
            text={
              signIn.error ? (isUsed ? t('password.used') : failureText(signIn.error, words)) : null
            }
          />
          <Button
            kind="strong"
            autoFocus
            disabled={signIn.isPending || isUsed}
            onClick={() => signIn.mutate()}
          >
            {t('login.submit')}
          </Button>
        </>
      )}
      <Link to="/forgot" className="self-start text-sm text-accent underline underline-offset-2">
        {t('link.another')}
      </Link>
    </AuthLayout>
  );
}
