// Where a copy of the conversation is sent to.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '@switchboard/shared/errors.ts';
import type { Stage } from '../stage.ts';
import { keepFocusInside } from '../view/focus.ts';
import { isEmail } from '../view/is-email.ts';
import type { WordKey, Words } from '../words.ts';

export function CopyDialog(props: { stage: Stage; onClose: () => void; words: Words }) {
  const { stage, onClose, words } = props;
  const { room, visitor } = stage.chat.state.get();
  const ref = useRef<HTMLDivElement>(null);
  const [step, setStep] = useState<'rest' | 'busy' | WordKey>('rest');
  const [sent, setSent] = useState<string | null>(null);
  useLayoutEffect(() => {
    ref.current?.querySelector<HTMLElement>('.field, .strong')?.focus();
  }, [sent]);
  const send = (email: string) => {
    if (!isEmail(email)) {
      setStep('waiting.email.wrong');
      ref.current?.querySelector<HTMLElement>('.field')?.focus();
      return;
    }
    setStep('busy');
    stage.chat.rest
      .post<'/widget/conversations/{id}/transcript'>(
        `/widget/conversations/${encodeURIComponent(room?.id ?? '')}/transcript?locale=${words.locale}`,
        { email },
      )
      .then(
        () => setSent(email),
        (error: unknown) => setStep(faultOf(error)),
      );
  };
  return (
    <div class="veil">
      <div
        ref={ref}
        class="dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby="copy-title"
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onClose();
          } else if (ref.current) keepFocusInside(ref.current, event);
        }}
      >
        <h3 id="copy-title">{words.t('menu.mail')}</h3>
        {sent ? (
          <>
            <p role="status">{words.t('copy.sent', { email: sent })}</p>
            <div class="choices">
              <button type="button" class="strong" onClick={onClose}>
                {words.t('past.back')}
              </button>
            </div>
          </>
        ) : (
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              const field = event.currentTarget.elements.namedItem('email') as HTMLInputElement;
              send(field.value.trim());
            }}
          >
            <label class="labelled">
              {words.t('copy.label')}
              <input
                class="field"
                name="email"
                type="email"
                autocomplete="email"
                dir="ltr"
                defaultValue={visitor?.email ?? ''}
                placeholder={words.t('waiting.email.placeholder')}
                aria-invalid={step === 'waiting.email.wrong'}
              />
            </label>
            {step === 'rest' || step === 'busy' ? null : (
              <p class="failure" role="alert">
                {words.t(step)}
              </p>
            )}
            <div class="choices">
              <button type="button" class="quiet" onClick={onClose}>
                {words.t('past.back')}
              </button>
              <button type="submit" class="strong" disabled={step === 'busy'}>
                {words.t('copy.send')}
              </button>
            </div>
          </form>
        )}
      </div>
    </div>
  );
}

function faultOf(error: unknown): WordKey {
  const isOften = error instanceof Failure && error.code === 'rate_limited';
  return isOften ? 'copy.often' : 'person.failed';
}
