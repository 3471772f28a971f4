// The addresses that are told what happens, and what was sent to them.

import type { Webhook } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Webhook as WebhookIcon } from 'lucide-react';
import { useState } from 'react';
import { connectionsApi } from '../../app/connections-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { formatMoment } from '../../app/format.ts';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { AdminPage, Card, ForAdmins, Tabs } from '../admin-page.tsx';
import { kindText, useConnectionWords } from './connection-words.ts';
import { Deliveries } from './deliveries.tsx';
import { RotateSecretDialog } from './rotate-secret-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { WebhookActions } from './webhook-actions.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

export function WebhooksPage() {
  const { t } = useConnectionWords();
  const [tab, setTab] = useState<'list' | 'deliveries'>('list');
  const [edited, setEdited] = useState<Webhook | 'new' | null>(null);
  const [rotated, setRotated] = useState<Webhook | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <AdminPage
      title={t('webhooks.title')}
      lead={t('webhooks.lead')}
      action={
        <Button kind="strong" onClick={() => setEdited('new')}>
          <Plus size={17} aria-hidden="true" />
          {t('webhooks.add')}
        </Button>
      }
    >
      <ForAdmins>
        <Tabs
          label={t('webhooks.title')}
          value={tab}
          tabs={[
            ['list', t('webhooks.tab.list')],
            ['deliveries', t('webhooks.tab.deliveries')],
          ]}
          onChange={setTab}
        />
        {tab === 'list' ? <Webhooks onEdit={setEdited} onRotate={setRotated} /> : <Deliveries />}
        {edited ? (
          <WebhookDialog
            webhook={edited === 'new' ? null : edited}
            onSecret={setSecret}
            onClose={() => setEdited(null)}
          />
        ) : null}
        {rotated ? (
          <RotateSecretDialog
            webhook={rotated}
            onSecret={setSecret}
            onClose={() => setRotated(null)}
          />
        ) : null}
        {secret ? <SecretDialog secret={secret} onClose={() => setSecret(null)} /> : null}
      </ForAdmins>
    </AdminPage>
  );
}

interface WebhooksProps {
  onEdit: (webhook: Webhook) => void;
  onRotate: (webhook: Webhook) => void;
}

function Webhooks({ onEdit, onRotate }: WebhooksProps) {
  const words = useConnectionWords();
  const { t } = words;
  const { data, error, refetch } = useQuery({
    queryKey: ['webhooks'],
    queryFn: connectionsApi.webhooks,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Card>
      {data.length === 0 ? (
        <Empty icon={WebhookIcon} title={t('webhooks.empty')} text={t('webhooks.empty.text')} />
      ) : null}
      <ul className="divide-y divide-line" data-testid="webhooks">
        {data.map((webhook) => (
          <li key={webhook.id} className="flex items-center gap-4 px-4 py-3.5 md:px-5">
            <div className="min-w-0 flex-1">
              <p className="font-semibold break-all">{webhook.url}</p>
              <p className="mt-1 flex flex-wrap gap-1.5">
                <Badge tone={webhook.active ? 'ok' : 'warn'}>
                  {t(webhook.active ? 'webhooks.active' : 'webhooks.inactive')}
                </Badge>
                {webhook.kinds.length === 0 ? <Badge>{t('webhooks.all')}</Badge> : null}
                {webhook.kinds.map((kind) => (
                  <Badge key={kind}>{kindText(kind, words)}</Badge>
                ))}
              </p>
              <OldSecret webhook={webhook} />
            </div>
            <WebhookActions
              webhook={webhook}
              onEdit={() => onEdit(webhook)}
              onRotate={() => onRotate(webhook)}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Until when the old secret signs, and the way to end that now. */
function OldSecret({ webhook }: { webhook: Webhook }) {
  const { t } = useConnectionWords();
  const words = useWords();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => connectionsApi.endOldWebhookSecret(webhook.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
    onError: toastFailure(words),
  });
  if (!webhook.old_secret_until) return null;
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-2 text-sm text-soft">
      {t('webhooks.old', { time: formatMoment(webhook.old_secret_until, words.locale) })}
      <Button isSmall disabled={end.isPending} onClick={() => end.mutate()}>
        {words.t('overlap.end')}
      </Button>
    </p>
  );
}
