// Whether the org demands two-step sign-in of its members.

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { meQuery } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { SettingSwitch } from './setting-switch.tsx';

export function TwoStepDemand() {
  const { t } = useWords();
  const queries = useQueryClient();
  const navigate = useNavigate();
  // Whoever demands it without having it is the first to set it up.
  const look = async () => {
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 });
    if (me.must_set_up_two_step) await navigate({ to: '/two-step' });
  };
  return (
    <SettingSwitch
      level="org"
      name="require_two_step"
      label={t('members.twoStep.demand')}
      text={t('members.twoStep.demand.text')}
      onSwitched={look}
    />
  );
}
