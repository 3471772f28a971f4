// Known customers: the secret that a site signs their ids with, made when somebody asks for it.

import type { Channel } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatMoment } from '../app/format.ts';
import { type OverlapHours, OverlapField, USUAL_OVERLAP } from './overlap-field.tsx';

export function CustomersDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const [overlap, setOverlap] = useState<OverlapHours>(USUAL_OVERLAP);
  const make = useMutation({
    mutationFn: () => api.rotateIdentitySecret(channel.id, overlap),
    onSuccess: (answer) => {
      setSecret(answer.identity_secret);
      void queries.invalidateQueries({ queryKey: ['channels', channel.id, 'old-secret'] });
    },
    onError: toastFailure(words),
  });
  return (
    <Dialog
      title={t('channels.customers.title', { name: channel.name })}
      text={t('channels.customers.text')}
      onClose={onClose}
    >
      <OldSecret channel={channel} />
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
          <OverlapField
            value={overlap}
            hint={t('channels.customers.overlap')}
            onChange={setOverlap}
          />
          {overlap === 0 ? (
            <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
              {t('channels.customers.warning')}
            </p>
          ) : null}
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

/** Until when the old secret is accepted, and the way to end that now. */
function OldSecret({ channel }: { channel: Channel }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const key = ['channels', channel.id, 'old-secret'];
  const { data } = useQuery({ queryKey: key, queryFn: () => api.oldIdentitySecret(channel.id) });
  const end = useMutation({
    mutationFn: () => api.endOldIdentitySecret(channel.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    onError: toastFailure(words),
  });
  if (!data?.old_accepted_until) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-lg bg-accent-soft px-3 py-2 text-sm">
      <p className="flex-1">
        {t('channels.customers.old', {
          time: formatMoment(data.old_accepted_until, words.locale),
        })}
      </p>
      <Button isSmall disabled={end.isPending} onClick={() => end.mutate()}>
        {t('overlap.end')}
      </Button>
    </div>
  );
}
