// What can be done with a webhook: test, change, switch on and off, remove.

import type { Webhook } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FlaskConical, KeyRound, MoreHorizontal, Pencil, Power, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { connectionsApi } from '../../app/connections-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { useConnectionWords } from './connection-words.ts';

interface WebhookActionsProps {
  webhook: Webhook;
  onEdit: () => void;
  onRotate: () => void;
}

export function WebhookActions({ webhook, onEdit, onRotate }: WebhookActionsProps) {
  const { t } = useConnectionWords();
  const words = useWords();
  const queries = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: ['webhooks'] });
  const onError = toastFailure(words);
  const test = useMutation({
    mutationFn: () => connectionsApi.testWebhook(webhook.id),
    onSuccess: async () => {
      toast('good', t('webhooks.tested'));
      await queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
    onError,
  });
  const turn = useMutation({
    mutationFn: () => connectionsApi.changeWebhook(webhook.id, { active: !webhook.active }),
    onSuccess: refresh,
    onError,
  });
  const remove = useMutation({
    mutationFn: () => connectionsApi.removeWebhook(webhook.id),
    onSuccess: refresh,
    onError,
    onSettled: () => setRemoving(false),
  });
  const trigger = (
    <IconButton label={t('webhooks.actions', { name: webhook.url })}>
      <MoreHorizontal size={18} />
    </IconButton>
  );
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem isDisabled={!webhook.active} onSelect={() => test.mutate()}>
          <FlaskConical size={16} />
          {t('webhooks.test')}
        </MenuItem>
        <MenuItem onSelect={onEdit}>
          <Pencil size={16} />
          {t('webhooks.change')}
        </MenuItem>
        <MenuItem onSelect={onRotate}>
          <KeyRound size={16} />
          {t('webhooks.rotate')}
        </MenuItem>
        <MenuItem onSelect={() => turn.mutate()}>
          <Power size={16} />
          {t(webhook.active ? 'webhooks.offAct' : 'webhooks.on')}
        </MenuItem>
        <MenuItem isDanger onSelect={() => setRemoving(true)}>
          <Trash2 size={16} />
          {t('webhooks.remove')}
        </MenuItem>
      </Menu>
      {isRemoving ? (
        <Confirm
          title={t('webhooks.remove.title')}
          text={t('webhooks.remove.text', { url: webhook.url })}
          confirm={t('webhooks.remove')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        />
      ) : null}
    </>
  );
}
