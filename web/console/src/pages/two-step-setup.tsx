// Setting up two-step sign-in: a key for the app, a first code, and the recovery codes, which are shown once.

import { Failure } from '@switchboard/shared/errors.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api } from '../app/api.ts';
import { failureText, toastFailure } from '../app/failures.ts';
import { useWords, type Words } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { CheckField, TextField } from '../ui/field.tsx';

export const TWO_STEP_KEY = ['two-step'] as const;

/** From the button to the recovery codes; `onDone` once those are kept. */
export function TwoStepSetup({ onDone }: { onDone: () => void }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const begin = useMutation({ mutationFn: api.beginTwoStep, onError: toastFailure(words) });
  const confirm = useMutation({
    mutationFn: (form: FormData) => api.confirmTwoStep(String(form.get('code'))),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    confirm.mutate(new FormData(event.currentTarget));
  };
  if (confirm.data) {
    return (
      <RecoveryCodes
        codes={confirm.data.recovery_codes}
        onKept={() => {
          void queries.invalidateQueries({ queryKey: TWO_STEP_KEY });
          onDone();
        }}
      />
    );
  }
  if (!begin.data) {
    return (
      <Button kind="strong" disabled={begin.isPending} onClick={() => begin.mutate()}>
        {t('twoStep.begin')}
      </Button>
    );
  }
  const picture = `data:image/svg+xml;base64,${btoa(begin.data.qr_svg)}`;
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <p>{t('twoStep.scan')}</p>
      <img src={picture} alt={t('twoStep.qr')} width={220} className="self-center rounded-lg" />
      <p className="text-sm text-soft">{t('twoStep.type')}</p>
      <CopyBox text={begin.data.key} label={t('twoStep.key')} />
      <TextField
        label={t('twoStep.code')}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={9}
        required
        autoFocus
        error={confirm.error ? wrongCode(confirm.error, words) : null}
      />
      <Button type="submit" kind="strong" disabled={confirm.isPending}>
        {t('twoStep.confirm')}
      </Button>
    </form>
  );
}

/** The codes, until the member says that they have kept them. */
export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const { t } = useWords();
  const [isKept, setKept] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      <p>{t('twoStep.codes.text')}</p>
      <ul className="grid gap-1 whitespace-nowrap rounded-lg border border-line bg-ground p-3 font-mono text-sm">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyBox text={codes.join(' ')} label={t('twoStep.codes.title')} />
      <CheckField
        label={t('twoStep.codes.kept')}
        checked={isKept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button kind="strong" disabled={!isKept} onClick={onKept}>
        {t('twoStep.codes.done')}
      </Button>
    </div>
  );
}

/** What is wrong with a code inside the account. */
export function wrongCode(error: unknown, words: Words): string {
  const isWrong = error instanceof Failure && error.details.reason === 'wrong_code';
  return isWrong ? words.t('secondStep.wrong') : failureText(error, words);
}
