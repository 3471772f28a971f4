// Adds or changes a webhook.

import type { Webhook } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { connectionsApi, type ShownWebhookKind, WEBHOOK_KINDS } from '../../app/connections-api.ts';
import { toast } from '../../app/toasts.ts';
import { CheckField, TextField } from '../../ui/field.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { type ConnectionWordKey, useConnectionWords } from './connection-words.ts';

interface WebhookDialogProps {
  /** Null for a new one. */
  webhook: Webhook | null;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

const GROUPS: readonly (readonly [ConnectionWordKey, readonly ShownWebhookKind[]])[] = [
  ['webhooks.group.conversations', ['conversation.opened', 'conversation.closed']],
  ['webhooks.group.messages', ['message.created']],
  [
    'webhooks.group.people',
    [
      'handoff.requested',
      'conversation.taken_over',
      'conversation.released',
      'conversation.assigned',
    ],
  ],
  ['webhooks.group.calls', ['call.started', 'call.ended']],
  [
    'webhooks.group.requests',
    ['ticket.opened', 'ticket.resolved', 'submission.created', 'contact.updated'],
  ],
  ['webhooks.group.figures', ['rating.created', 'usage.warning']],
  ['webhooks.group.security', ['security.address_suspicious']],
];

export function WebhookDialog({ webhook, onSecret, onClose }: WebhookDialogProps) {
  const { t } = useConnectionWords();
  const queries = useQueryClient();
  const save = (form: FormData) => {
    const chosen = form.getAll('kinds');
    const kinds = WEBHOOK_KINDS.filter((kind) => chosen.includes(kind));
    const draft = { url: textOf(form, 'url'), kinds };
    return webhook
      ? connectionsApi.changeWebhook(webhook.id, draft)
      : connectionsApi.addWebhook(draft);
  };
  const finish = ({ secret }: { secret?: string | null }) => {
    toast('good', t('webhooks.saved'));
    if (secret) onSecret(secret);
    void queries.invalidateQueries({ queryKey: ['webhooks'] });
  };
  return (
    <FormDialog
      title={t(webhook ? 'webhooks.edit' : 'webhooks.add')}
      onSave={save}
      onClose={onClose}
      onSaved={finish}
    >
      <TextField
        label={t('webhooks.url')}
        name="url"
        type="url"
        required
        autoFocus
        defaultValue={webhook?.url ?? ''}
        hint={t('webhooks.url.hint')}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 text-sm font-medium">{t('webhooks.events')}</legend>
        {GROUPS.map(([group, kinds]) => (
          // biome-ignore lint/a11y/useSemanticElements: one fieldset holds them all.
          <div key={group} role="group" aria-label={t(group)} className="flex flex-col gap-1.5">
            <p className="text-xs font-semibold text-soft">{t(group)}</p>
            {kinds.map((kind) => (
              <CheckField
                key={kind}
                label={t(`webhooks.kind.${kind}`)}
                name="kinds"
                value={kind}
                defaultChecked={webhook?.kinds.includes(kind) ?? false}
              />
            ))}
          </div>
        ))}
        <p className="text-sm text-soft">{t('webhooks.events.hint')}</p>
      </fieldset>
    </FormDialog>
  );
}
