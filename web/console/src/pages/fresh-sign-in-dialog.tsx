// Asks once more for the password, or for a code, before an act that gives access or touches keys.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { freshSignIn } from '../app/fresh-sign-in.ts';
import { meQuery } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords, type Words } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';

export function FreshSignInDialog() {
  const answer = useCell(freshSignIn);
  return answer ? <Ask answer={answer} /> : null;
}

function Ask({ answer }: { answer: (isFresh: boolean) => void }) {
  const words = useWords();
  const { t } = words;
  const { data: me } = useQuery(meQuery);
  const hasPassword = me?.has_password ?? true;
  const hasApp = me?.member.two_step ?? false;
  const [wantsCode, setWantsCode] = useState(false);
  const byCode = hasApp && (wantsCode || !hasPassword);
  const verify = useMutation({
    mutationFn: (text: string) => api.verify(byCode ? { code: text } : { password: text }),
    onSuccess: () => answer(true),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    verify.mutate(String(new FormData(event.currentTarget).get('proof')));
  };
  const isStuck = !hasPassword && !hasApp;
  return (
    <Dialog
      title={t('fresh.title')}
      text={t(isStuck ? 'fresh.byMail' : 'fresh.text')}
      onClose={() => answer(false)}
    >
      {isStuck ? null : (
        <form className="flex flex-col gap-4" onSubmit={submit}>
          <TextField
            key={byCode ? 'code' : 'password'}
            label={t(byCode ? 'secondStep.code' : 'login.password')}
            name="proof"
            type={byCode ? 'text' : 'password'}
            autoComplete={byCode ? 'one-time-code' : 'current-password'}
            required
            autoFocus
            error={verify.error ? proofFailure(verify.error, words) : null}
          />
          {hasApp && hasPassword ? (
            <button
              type="button"
              className="self-start text-sm text-accent underline underline-offset-2"
              onClick={() => {
                verify.reset();
                setWantsCode(!wantsCode);
              }}
            >
              {t(byCode ? 'fresh.usePassword' : 'fresh.useCode')}
            </button>
          ) : null}
          <div className="flex justify-end gap-2">
            <Button onClick={() => answer(false)}>{t('common.cancel')}</Button>
            <Button type="submit" kind="strong" disabled={verify.isPending}>
              {t('fresh.submit')}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function proofFailure(error: unknown, words: Words): string {
  const reason = error instanceof Failure ? error.details.reason : null;
  if (reason === 'wrong_password') return words.t('fresh.wrongPassword');
  return reason === 'wrong_code' ? words.t('secondStep.wrong') : failureText(error, words);
}
