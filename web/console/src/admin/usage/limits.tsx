// How much may be used in a day and a month, and what reaching each limit does.

import type { Setting, SettingValue } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { failureText } from '../../app/failures.ts';
import { useMe } from '../../app/live-context.tsx';
import { labelOf } from '../../app/setting-label.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { Card, Tabs } from '../admin-page.tsx';
import { changesIn, LIMITS, type LimitRow } from './limit-fields.ts';
import { useUsageWords } from './usage-words.ts';

const SCOPES = ['org', 'platform'] as const;
type Scope = (typeof SCOPES)[number];

export function Limits() {
  const { t } = useUsageWords();
  const { member } = useMe();
  const [scope, setScope] = useState<Scope>('org');
  return (
    <>
      {member.platform_admin ? (
        <Tabs
          label={t('limits.scope')}
          value={scope}
          tabs={SCOPES.map((it) => [it, t(`limits.scope.${it}`)] as const)}
          onChange={setScope}
        />
      ) : null}
      <Loaded key={scope} scope={scope} />
    </>
  );
}

function Loaded({ scope }: { scope: Scope }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['settings', scope],
    queryFn: () => adminApi.settings(scope),
    // A form is being filled in: nothing may change under the hands.
    refetchOnWindowFocus: false,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return <LimitsForm scope={scope} settings={data} />;
}

function LimitsForm({ scope, settings }: { scope: Scope; settings: readonly Setting[] }) {
  const words = useWords();
  const { t } = useUsageWords();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (changes: Record<string, SettingValue>) => adminApi.changeSettings(scope, changes),
    onSuccess: async () => {
      toast('good', t('limits.saved'));
      await queries.invalidateQueries({ queryKey: ['settings'] });
      await queries.invalidateQueries({ queryKey: ['usage'] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(changesIn(new FormData(event.currentTarget), settings));
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <p className="text-sm text-soft">{t('limits.lead')}</p>
      <div className="max-w-sm">
        <SelectField
          label={t('limits.general')}
          name="limit_mode"
          defaultValue={textOf(settings, 'limit_mode')}
        >
          <option value="soft">{t('limits.mode.soft')}</option>
          <option value="hard">{t('limits.mode.hard')}</option>
        </SelectField>
      </div>
      <Card>
        <div className="divide-y divide-line">
          {LIMITS.map((row) => (
            <div key={row.number}>
              <LimitFields row={row} settings={settings} />
            </div>
          ))}
        </div>
      </Card>
      <FormError text={save.error ? failureText(save.error, words) : null} />
      <div>
        <Button type="submit" kind="strong" disabled={save.isPending}>
          {words.t('common.save')}
        </Button>
      </div>
    </form>
  );
}

function LimitFields({ row, settings }: { row: LimitRow; settings: readonly Setting[] }) {
  const words = useWords();
  const { t } = useUsageWords();
  return (
    <fieldset className="m-0 min-w-0 border-0 p-4 md:px-5">
      <legend className="float-left mb-2 w-full font-semibold">{t(`limits.${row.number}`)}</legend>
      <div className="clear-both grid gap-4 sm:grid-cols-2">
        {(['day', 'month'] as const).map((period) => {
          const name = row[period];
          return (
            <div key={name} className="grid grid-cols-2 items-end gap-2">
              <TextField
                label={t(`limits.${period}`)}
                aria-label={labelOf({ name }, words)}
                name={name}
                type="number"
                min={0}
                step={row.number === 'cost_usd' ? 'any' : 1}
                required
                defaultValue={textOf(settings, name)}
              />
              <select
                name={`${name}_mode`}
                aria-label={t('limits.mode', { name: labelOf({ name }, words) })}
                defaultValue={textOf(settings, `${name}_mode`)}
                className="h-10 w-full rounded-lg border border-line bg-surface px-3 text-ink outline-offset-0"
              >
                {(['default', 'soft', 'hard'] as const).map((mode) => (
                  <option key={mode} value={mode}>
                    {t(`limits.mode.${mode}`)}
                  </option>
                ))}
              </select>
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

function textOf(settings: readonly Setting[], name: string): string {
  return String(settings.find((it) => it.name === name)?.value ?? '');
}
