// A webhook gets a new secret; for a while the old one goes on signing.

import type { Webhook } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { connectionsApi } from '../../app/connections-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { useWords } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { OverlapField, type OverlapHours, USUAL_OVERLAP } from '../overlap-field.tsx';
import { useConnectionWords } from './connection-words.ts';

interface RotateSecretDialogProps {
  webhook: Webhook;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

export function RotateSecretDialog({ webhook, onSecret, onClose }: RotateSecretDialogProps) {
  const { t } = useConnectionWords();
  const words = useWords();
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState<OverlapHours>(USUAL_OVERLAP);
  const rotate = useMutation({
    mutationFn: () => connectionsApi.rotateWebhookSecret(webhook.id, overlap),
    onSuccess: ({ secret }) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      onClose();
      if (secret) onSecret(secret);
    },
    onError: toastFailure(words),
  });
  return (
    <Dialog title={t('webhooks.rotate.title')} text={webhook.url} onClose={onClose}>
      <OverlapField value={overlap} hint={t('webhooks.rotate.hint')} onChange={setOverlap} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose} autoFocus>
          {words.t('common.cancel')}
        </Button>
        <Button kind="strong" disabled={rotate.isPending} onClick={() => rotate.mutate()}>
          {t('webhooks.rotate')}
        </Button>
      </div>
    </Dialog>
  );
}
