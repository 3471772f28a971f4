// The chain of models that are asked, in order, until one answers.

import type { Provider, TrialAnswer } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Cpu, KeyRound, Pencil, Plus, Trash2, Zap } from 'lucide-react';
import { useState } from 'react';
import { adminApi, type ChainLevel } from '../../app/admin-api.ts';
import { failureText, toastFailure } from '../../app/failures.ts';
import { useMe } from '../../app/live-context.tsx';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { AdminPage, Card, ForAdmins, Tabs } from '../admin-page.tsx';
import { ProviderDialog } from './provider-dialog.tsx';

export function ProvidersPage() {
  const { t } = useWords();
  const { member, org } = useMe();
  const [level, setLevel] = useState<ChainLevel>('org');
  const [edited, setEdited] = useState<Provider | 'new' | null>(null);
  const create =
    member.role === 'agent' ? null : (
      <Button kind="strong" onClick={() => setEdited('new')}>
        <Plus size={17} />
        {t('providers.add')}
      </Button>
    );
  return (
    <AdminPage title={t('providers.title')} lead={t('providers.lead')} action={create}>
      <ForAdmins>
        {member.platform_admin ? (
          <Tabs
            label={t('providers.level')}
            value={level}
            tabs={[
              ['org', t('providers.level.org', { name: org.name })],
              ['platform', t('providers.level.platform')],
            ]}
            onChange={setLevel}
          />
        ) : null}
        <Chain key={level} level={level} onEdit={setEdited} />
        {edited ? (
          <ProviderDialog
            level={level}
            provider={edited === 'new' ? null : edited}
            onClose={() => setEdited(null)}
          />
        ) : null}
      </ForAdmins>
    </AdminPage>
  );
}

function Chain({ level, onEdit }: { level: ChainLevel; onEdit: (provider: Provider) => void }) {
  const { t } = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['providers', level],
    queryFn: () => adminApi.providers(level),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.length === 0) {
    return (
      <Card>
        <Empty icon={Cpu} title={t('providers.empty')} text={t(`providers.empty.${level}`)} />
      </Card>
    );
  }
  return (
    <>
      <ol className="flex flex-col gap-3">
        {data.map((provider, at) => (
          <li key={provider.id}>
            <ProviderCard
              level={level}
              provider={provider}
              number={at + 1}
              before={data[at - 1] ?? null}
              after={data[at + 1] ?? null}
              onEdit={() => onEdit(provider)}
            />
          </li>
        ))}
      </ol>
      <p className="text-sm text-soft">{t('providers.last')}</p>
    </>
  );
}

interface ProviderCardProps {
  level: ChainLevel;
  provider: Provider;
  number: number;
  before: Provider | null;
  after: Provider | null;
  onEdit: () => void;
}

function ProviderCard({ level, provider, number, before, after, onEdit }: ProviderCardProps) {
  const words = useWords();
  const { t } = words;
  const { name } = provider;
  const trial = useMutation({ mutationFn: () => adminApi.tryProvider(level, provider.id) });
  const swap = useSwap(level, provider);
  return (
    <Card>
      <article aria-label={name} className="flex flex-wrap items-start gap-x-4 gap-y-3 p-4 md:p-5">
        <span className="inline-flex size-9 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent">
          {number}
        </span>
        <div className="min-w-48 flex-1">
          <h2 className="font-semibold">{name}</h2>
          <p className="text-sm break-all text-soft">
            {[provider.model, provider.base_url].filter(Boolean).join(' · ')}
          </p>
          <p className="mt-2 flex flex-wrap gap-1.5">
            <Badge>{provider.kind}</Badge>
            <Badge tone={provider.key_hint ? 'ok' : 'plain'}>
              <KeyRound size={12} aria-hidden="true" />
              {provider.key_hint ?? t('providers.noKey')}
            </Badge>
            {provider.sees_images ? <Badge tone="accent">{t('providers.images')}</Badge> : null}
            {provider.tool_calling === 'prompt' ? (
              <Badge>{t('providers.toolsByPrompt')}</Badge>
            ) : null}
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-1">
          <IconButton
            label={t('providers.up', { name })}
            disabled={!before || swap.isPending}
            onClick={() => before && swap.mutate(before)}
          >
            <ArrowUp size={17} />
          </IconButton>
          <IconButton
            label={t('providers.down', { name })}
            disabled={!after || swap.isPending}
            onClick={() => after && swap.mutate(after)}
          >
            <ArrowDown size={17} />
          </IconButton>
          <Button isSmall disabled={trial.isPending} onClick={() => trial.mutate()}>
            <Zap size={15} />
            {trial.isPending ? t('providers.testing') : t('providers.test')}
          </Button>
          <IconButton label={t('providers.edit', { name })} onClick={onEdit}>
            <Pencil size={16} />
          </IconButton>
          <RemoveProvider level={level} provider={provider} />
        </div>
        {trial.data ? <TrialLine trial={trial.data} /> : null}
        {trial.error ? (
          <p role="alert" className="w-full text-sm text-danger">
            {failureText(trial.error, words)}
          </p>
        ) : null}
      </article>
    </Card>
  );
}

function TrialLine({ trial }: { trial: TrialAnswer }) {
  const { t } = useWords();
  const ms = trial.latency_ms;
  return (
    <p
      role="status"
      className={`w-full rounded-lg px-3 py-2 text-sm break-words ${trial.ok ? 'bg-ok-soft text-ok' : 'bg-danger-soft text-danger'}`}
    >
      {t(trial.ok ? 'providers.test.ok' : 'providers.test.failed', { ms })}
      {trial.detail ? ` “${trial.detail}”` : ''}
    </p>
  );
}

function useSwap(level: ChainLevel, provider: Provider) {
  const words = useWords();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (other: Provider) => {
      await adminApi.changeProvider(level, provider.id, { position: other.position });
      await adminApi.changeProvider(level, other.id, { position: provider.position });
    },
    onError: toastFailure(words),
    onSettled: () => queries.invalidateQueries({ queryKey: ['providers', level] }),
  });
}

function RemoveProvider({ level, provider }: { level: ChainLevel; provider: Provider }) {
  const words = useWords();
  const { t } = words;
  const { name } = provider;
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => adminApi.removeProvider(level, provider.id),
    onError: toastFailure(words),
    onSettled: async () => {
      setAsking(false);
      await queries.invalidateQueries({ queryKey: ['providers', level] });
    },
  });
  return (
    <>
      <IconButton label={t('providers.remove', { name })} onClick={() => setAsking(true)}>
        <Trash2 size={16} />
      </IconButton>
      {isAsking ? (
        <Confirm
          title={t('providers.remove.title', { name })}
          text={t('providers.remove.text')}
          confirm={t('common.remove')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
