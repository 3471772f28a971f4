// The second step of a sign-in: a code of the member's app, or a recovery code.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useWords, type Words } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

/** A recovery code with its hyphens, and some spaces that came along. */
export const CODE_MAX_CHARS = 40;

/** What goes with the code, where a first step was answered that one is needed. */
export function challengeOf(error: unknown): string | null {
  if (!(error instanceof Failure) || error.code !== 'second_step_required') return null;
  const { challenge } = error.details;
  return typeof challenge === 'string' ? challenge : null;
}

interface SecondStepProps {
  challenge: string;
  onSignedIn: () => Promise<void>;
  /** Back to the first step. */
  onBack: () => void;
}

export function SecondStep({ challenge, onSignedIn, onBack }: SecondStepProps) {
  const words = useWords();
  const { t } = words;
  const send = useMutation({
    mutationFn: (form: FormData) => api.secondStep(challenge, String(form.get('code'))),
    onSuccess: onSignedIn,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    send.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <TextField
        label={t('secondStep.code')}
        hint={t('secondStep.hint')}
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={CODE_MAX_CHARS}
        required
        autoFocus
        error={send.error ? codeFailure(send.error, words) : null}
      />
      <Button type="submit" kind="strong" disabled={send.isPending}>
        {t('login.submit')}
      </Button>
      <button
        type="button"
        className="self-start text-sm text-accent underline underline-offset-2"
        onClick={onBack}
      >
        {t('secondStep.back')}
      </button>
    </form>
  );
}

function codeFailure(error: unknown, words: Words): string {
  if (error instanceof Failure && error.code === 'unauthenticated') {
    const isWrong = error.details.reason === 'wrong_code';
    return words.t(isWrong ? 'secondStep.wrong' : 'secondStep.expired');
  }
  return failureText(error, words);
}
