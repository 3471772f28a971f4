// The member's own sign-in: the second step, and where else to look.

import type { TwoStep } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { AdminPage, Card } from '../admin/admin-page.tsx';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { formatDate } from '../app/format.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { CODE_MAX_CHARS } from './second-step.tsx';
import { RecoveryCodes, TWO_STEP_KEY, TwoStepSetup } from './two-step-setup.tsx';

export function AccountPage() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery({ queryKey: TWO_STEP_KEY, queryFn: api.twoStep });
  return (
    <AdminPage title={t('security.title')} lead={t('security.lead')}>
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? <TwoStepCard state={data} /> : null}
      <PasswordSection />
      <Section title={t('sessions.title')} text={t('security.sessions')}>
        <Link to="/sessions" className="text-accent underline underline-offset-2">
          {t('account.sessions')}
        </Link>
      </Section>
      <Section title={t('tokens.title')} text={t('tokens.lead')}>
        <Link to="/tokens" className="text-accent underline underline-offset-2">
          {t('tokens.open')}
        </Link>
      </Section>
    </AdminPage>
  );
}

function PasswordSection() {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title={t('login.password')} text={t('security.password')}>
      <Button onClick={() => setOpen(true)}>{t('security.password.change')}</Button>
      {isOpen ? <PasswordDialog onClose={() => setOpen(false)} /> : null}
    </Section>
  );
}

interface SectionProps {
  title: string;
  text: string;
  badge?: ReactNode;
  children: ReactNode;
}

export function Section({ title, text, badge, children }: SectionProps) {
  return (
    <Card>
      <section className="flex flex-col items-start gap-3 p-4 md:p-5">
        <h2 className="flex flex-wrap items-center gap-2 text-lg font-semibold">
          {title}
          {badge}
        </h2>
        <p className="text-soft">{text}</p>
        {children}
      </section>
    </Card>
  );
}

type Open = 'set up' | 'end' | null;

function TwoStepCard({ state }: { state: TwoStep }) {
  const words = useWords();
  const { t, locale } = words;
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: TWO_STEP_KEY });
  const renew = useMutation({
    mutationFn: api.renewRecoveryCodes,
    onError: toastFailure(words),
    onSettled: refresh,
  });
  return (
    <Section
      title={t('twoStep.title')}
      text={t('twoStep.lead')}
      badge={
        <Badge tone={state.is_on ? 'ok' : 'plain'}>
          {t(state.is_on ? 'twoStep.on' : 'twoStep.off')}
        </Badge>
      }
    >
      {state.is_on ? (
        <>
          <p className="text-sm text-soft">
            {state.since ? t('twoStep.since', { date: formatDate(state.since, locale) }) : ''}{' '}
            {t('twoStep.codes.left', { count: state.recovery_code_count })}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button disabled={renew.isPending} onClick={() => renew.mutate()}>
              {t('twoStep.codes.renew')}
            </Button>
            {state.is_demanded ? null : (
              <Button onClick={() => setOpen('end')}>{t('twoStep.end')}</Button>
            )}
          </div>
          {state.is_demanded ? (
            <p className="text-sm text-soft">{t('twoStep.demandedHere')}</p>
          ) : null}
        </>
      ) : (
        <Button kind="strong" onClick={() => setOpen('set up')}>
          {t('twoStep.setUp')}
        </Button>
      )}
      {open === 'set up' ? (
        <Dialog title={t('twoStep.title')} onClose={() => setOpen(null)}>
          <TwoStepSetup
            onDone={() => {
              setOpen(null);
              toast('good', t('twoStep.isOn'));
            }}
          />
        </Dialog>
      ) : null}
      {renew.data ? (
        <Dialog title={t('twoStep.codes.title')} onClose={() => renew.reset()}>
          <RecoveryCodes codes={renew.data.recovery_codes} onKept={() => renew.reset()} />
        </Dialog>
      ) : null}
      {open === 'end' ? (
        <FormDialog
          title={t('twoStep.end')}
          text={t('twoStep.end.text')}
          save={t('twoStep.end')}
          onSave={(form) => api.endTwoStep(textOf(form, 'code'))}
          onSaved={() => {
            toast('good', t('twoStep.isOff'));
            void refresh();
          }}
          onClose={() => setOpen(null)}
        >
          <TextField
            label={t('secondStep.code')}
            hint={t('secondStep.hint')}
            name="code"
            autoComplete="one-time-code"
            maxLength={CODE_MAX_CHARS}
            required
          />
        </FormDialog>
      ) : null}
    </Section>
  );
}
