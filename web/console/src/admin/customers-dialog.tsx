// Known customers: the secret that a site signs their ids with, made when somebody asks for it.

import type { Channel } from '@switchboard/shared/wire.ts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Dialog } from '../ui/dialog.tsx';

export function CustomersDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const [secret, setSecret] = useState<string | null>(null);
  const make = useMutation({
    mutationFn: () => api.rotateIdentitySecret(channel.id),
    onSuccess: (answer) => setSecret(answer.identity_secret),
    onError: toastFailure(words),
  });
  return (
    <Dialog
      title={t('channels.customers.title', { name: channel.name })}
      text={t('channels.customers.text')}
      onClose={onClose}
    >
      {secret ? (
        <>
          <CopyBox text={secret} label={t('channels.customers.secret')} />
          <p className="text-sm text-soft">{t('channels.customers.kept')}</p>
          <div className="flex justify-end">
            <Button onClick={onClose}>{t('common.close')}</Button>
          </div>
        </>
      ) : (
        <>
          <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
            {t('channels.customers.warning')}
          </p>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={onClose} autoFocus>
              {t('common.cancel')}
            </Button>
            <Button kind="strong" disabled={make.isPending} onClick={() => make.mutate()}>
              {t('channels.customers.make')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
