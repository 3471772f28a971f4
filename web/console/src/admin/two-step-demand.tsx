// Whether the org demands two-step sign-in of its members.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { adminApi } from '../app/admin-api.ts';
import { toastFailure } from '../app/failures.ts';
import { meQuery } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { CheckField } from '../ui/field.tsx';
import { Card } from './admin-page.tsx';

const NAME = 'require_two_step';

export function TwoStepDemand() {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery({
    queryKey: ['settings', 'org'],
    queryFn: () => adminApi.settings('org'),
  });
  const demand = useMutation({
    mutationFn: (isDemanded: boolean) => adminApi.changeSettings('org', { [NAME]: isDemanded }),
    onError: toastFailure(words),
    onSettled: () => queries.invalidateQueries({ queryKey: ['settings'] }),
    onSuccess: async () => {
      const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      if (me.must_set_up_two_step) await navigate({ to: '/two-step' });
    },
  });
  const setting = data?.find((it) => it.name === NAME);
  if (!setting) return null;
  return (
    <Card>
      <div className="flex flex-col gap-1 p-4 md:px-5">
        <CheckField
          label={t('members.twoStep.demand')}
          checked={demand.isPending ? demand.variables : setting.value === true}
          disabled={demand.isPending}
          onChange={(event) => demand.mutate(event.currentTarget.checked)}
        />
        <p className="pl-6.5 text-sm text-soft">{t('members.twoStep.demand.text')}</p>
      </div>
    </Card>
  );
}
