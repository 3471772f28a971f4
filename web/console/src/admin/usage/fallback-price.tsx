// What a model counts at that is not in the list of prices; the platform admin may set it.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { failureText } from '../../app/failures.ts';
import { formatUsd } from '../../app/format.ts';
import { useMe } from '../../app/live-context.tsx';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Card } from '../admin-page.tsx';
import { changesIn } from './limit-fields.ts';
import { useUsageWords } from './usage-words.ts';

const FIELDS = [
  ['fallback_input_usd', 'fallback.in'],
  ['fallback_output_usd', 'fallback.out'],
] as const;

export function FallbackPrice() {
  const words = useWords();
  const { t } = useUsageWords();
  const { member } = useMe();
  const queries = useQueryClient();
  const level = member.platform_admin ? 'platform' : 'org';
  const { data } = useQuery({
    queryKey: ['settings', level],
    queryFn: () => adminApi.settings(level),
    refetchOnWindowFocus: false,
  });
  const save = useMutation({
    mutationFn: (form: FormData) =>
      adminApi.changeSettings('platform', changesIn(form, data ?? [])),
    onSuccess: async () => {
      toast('good', t('fallback.saved'));
      await queries.invalidateQueries({ queryKey: ['settings'] });
    },
  });
  if (!data) return null;
  const priceOf = (name: string) => Number(data.find((it) => it.name === name)?.value ?? 0);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <Card>
      <section aria-labelledby="fallback-price" className="flex flex-col gap-3 p-4 md:p-5">
        <h2 id="fallback-price" className="font-semibold">
          {t('fallback.title')}
        </h2>
        <p className="text-sm text-soft">{t('fallback.text')}</p>
        {member.platform_admin ? (
          <form className="flex flex-wrap items-end gap-3" onSubmit={submit}>
            {FIELDS.map(([name, label]) => (
              <TextField
                key={name}
                label={t(label)}
                name={name}
                type="number"
                min={0}
                step="any"
                required
                defaultValue={priceOf(name)}
              />
            ))}
            <Button type="submit" disabled={save.isPending}>
              {words.t('common.save')}
            </Button>
            <FormError text={save.error ? failureText(save.error, words) : null} />
          </form>
        ) : (
          <dl className="flex flex-wrap gap-6 text-sm">
            {FIELDS.map(([name, label]) => (
              <div key={name} className="flex gap-2">
                <dt className="text-soft">{t(label)}</dt>
                <dd className="font-semibold tabular-nums">
                  {formatUsd(priceOf(name), words.locale)}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </section>
    </Card>
  );
}
