// Adds or changes a webhook.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import {
  connectionsApi,
  type Webhook,
  WEBHOOK_KINDS,
  type WebhookDraft,
} from '../../app/connections-api.ts';
import { failureText } from '../../app/failures.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, TextField } from '../../ui/field.tsx';
import { useConnectionWords } from './connection-words.ts';

interface WebhookDialogProps {
  /** Null for a new one. */
  webhook: Webhook | null;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

export function WebhookDialog({ webhook, onSecret, onClose }: WebhookDialogProps) {
  const words = useWords();
  const { t } = useConnectionWords();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (draft: WebhookDraft) =>
      webhook ? connectionsApi.changeWebhook(webhook.id, draft) : connectionsApi.addWebhook(draft),
    onSuccess: async ({ secret }) => {
      toast('good', t('webhooks.saved'));
      onClose();
      if (secret) onSecret(secret);
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    save.mutate({
      url: String(form.get('url') ?? '').trim(),
      kinds: form.getAll('kinds').map(String),
    });
  };
  return (
    <Dialog title={t(webhook ? 'webhooks.edit' : 'webhooks.add')} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
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
          {WEBHOOK_KINDS.map((kind) => (
            <CheckField
              key={kind}
              label={kind}
              name="kinds"
              value={kind}
              defaultChecked={webhook?.kinds.includes(kind) ?? false}
            />
          ))}
          <p className="text-sm text-soft">{t('webhooks.events.hint')}</p>
        </fieldset>
        <FormError text={save.error ? failureText(save.error, words) : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.t('common.cancel')}</Button>
          <Button type="submit" kind="strong" disabled={save.isPending}>
            {words.t('common.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
