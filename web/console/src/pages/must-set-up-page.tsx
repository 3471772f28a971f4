// Two-step sign-in, before anything else: where the org demands it and the member has not set it up.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { meQuery } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { AuthLayout } from './auth-layout.tsx';
import { TwoStepSetup } from './two-step-setup.tsx';
import { useSignOut } from './use-desk-acts.ts';

export function MustSetUpPage() {
  const { t } = useWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { data } = useQuery(meQuery);
  const goOn = async () => {
    await queries.fetchQuery({ ...meQuery, staleTime: 0 });
    await navigate({ to: '/inbox' });
  };
  return (
    <AuthLayout
      title={t('twoStep.title')}
      lead={t('twoStep.demanded', { org: data?.org.name ?? '' })}
    >
      <TwoStepSetup onDone={() => void goOn()} />
      <Button kind="plain" className="self-start" onClick={signOut}>
        {t('account.signOut')}
      </Button>
    </AuthLayout>
  );
}
