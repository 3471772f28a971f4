// What models cost; the platform admin may set it from a day on.

import type { PriceBody } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { failureText } from '../../app/failures.ts';
import { formatDate, formatUsd } from '../../app/format.ts';
import { useMe } from '../../app/live-context.tsx';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { FallbackPrice } from './fallback-price.tsx';
import { Table } from './table.tsx';

export function Prices() {
  const words = useWords();
  const { t, locale } = words;
  const { member } = useMe();
  const [isSetting, setSetting] = useState(false);
  const { data, error, refetch } = useQuery({ queryKey: ['prices'], queryFn: adminApi.prices });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-60 flex-1 text-sm text-soft">{t('prices.lead')}</p>
        {member.platform_admin ? (
          <Button isSmall onClick={() => setSetting(true)}>
            <Plus size={15} />
            {t('prices.set')}
          </Button>
        ) : null}
      </div>
      <Table
        caption={t('usage.tab.prices')}
        heads={[
          t('usage.model'),
          t('prices.from'),
          t('prices.in'),
          t('prices.cached'),
          t('prices.out'),
        ]}
        numeric_from={2}
        rows={data.map((it) => ({
          key: `${it.model} ${it.valid_from}`,
          cells: [
            it.model,
            formatDate(`${it.valid_from}T12:00:00`, locale),
            formatUsd(it.input_usd, locale),
            formatUsd(it.cached_input_usd, locale),
            formatUsd(it.output_usd, locale),
          ],
        }))}
      />
      <FallbackPrice />
      {isSetting ? <PriceDialog onClose={() => setSetting(false)} /> : null}
    </>
  );
}

function PriceDialog({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: adminApi.setPrice,
    onSuccess: async () => {
      toast('good', t('prices.saved'));
      onClose();
      await queries.invalidateQueries({ queryKey: ['prices'] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(readPrice(new FormData(event.currentTarget)));
  };
  const money = { type: 'number', min: 0, step: 'any', required: true } as const;
  return (
    <Dialog title={t('prices.set')} text={t('prices.lead')} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <TextField label={t('usage.model')} name="model" required spellCheck={false} />
        <TextField
          label={t('prices.from')}
          name="valid_from"
          type="date"
          required
          defaultValue={new Date().toISOString().slice(0, 10)}
        />
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField label={t('prices.in')} name="input_usd" {...money} />
          <TextField
            label={t('prices.cached')}
            name="cached_input_usd"
            {...money}
            defaultValue={0}
          />
          <TextField label={t('prices.out')} name="output_usd" {...money} />
        </div>
        <FormError text={save.error ? failureText(save.error, words) : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" kind="strong" disabled={save.isPending}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function readPrice(form: FormData): PriceBody {
  return {
    model: String(form.get('model')).trim(),
    valid_from: String(form.get('valid_from')),
    input_usd: Number(form.get('input_usd')),
    cached_input_usd: Number(form.get('cached_input_usd')),
    output_usd: Number(form.get('output_usd')),
  };
}
