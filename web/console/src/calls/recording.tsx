// The recording of a call: heard in the page, and removed by those who manage the org.

import type { Call } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { callsApi } from '../app/calls-api.ts';
import { toastFailure } from '../app/failures.ts';
import { formatMoment } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { useCallWords } from './call-words.ts';

export function Recording({ call }: { call: Call }) {
  const words = useWords();
  const { t } = useCallWords();
  const { member } = useMe();
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const name = `${call.visitor.name}, ${formatMoment(call.started_at, words.locale)}`;
  return (
    <span className="order-last col-span-full mt-1.5 flex flex-wrap items-center gap-2">
      {isOpen ? (
        // biome-ignore lint/a11y/useMediaCaption: What was said stands in the conversation, which the row leads to.
        <audio
          controls
          autoPlay
          aria-label={t('recording.of', { name })}
          src={callsApi.recordingUrl(call.id)}
          className="h-9 w-full max-w-md"
        />
      ) : (
        <Button isSmall onClick={() => setOpen(true)} aria-label={t('recording.of', { name })}>
          <Play size={14} aria-hidden="true" />
          {t('recording.listen')}
        </Button>
      )}
      {member.role === 'agent' ? null : (
        <Button isSmall kind="plain" onClick={() => setAsking(true)}>
          <Trash2 size={14} aria-hidden="true" />
          {t('recording.remove')}
        </Button>
      )}
      {isAsking ? <RemoveDialog call={call} onClose={() => setAsking(false)} /> : null}
    </span>
  );
}

function RemoveDialog({ call, onClose }: { call: Call; onClose: () => void }) {
  const words = useWords();
  const { t } = useCallWords();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => callsApi.removeRecording(call.id),
    onSuccess: async () => {
      toast('good', t('recording.removed'));
      onClose();
      await queries.invalidateQueries({ queryKey: ['calls'] });
    },
    onError: toastFailure(words),
  });
  return (
    <Confirm
      title={t('recording.remove.title')}
      text={t('recording.remove.text')}
      confirm={t('recording.remove')}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
