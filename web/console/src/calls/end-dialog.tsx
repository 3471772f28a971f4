// Asks once more before a call is ended.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callsApi } from '../app/calls-api.ts';
import { toastFailure } from '../app/failures.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Confirm } from '../ui/dialog.tsx';
import { useCallWords } from './call-words.ts';
import type { CallPlace } from './desk.ts';

export function EndDialog({ place, onClose }: { place: CallPlace; onClose: () => void }) {
  const words = useWords();
  const { t } = useCallWords();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => callsApi.end(place.call_id),
    onSuccess: async () => {
      toast('good', t('toast.ending'));
      onClose();
      await queries.invalidateQueries({ queryKey: ['calls'] });
    },
    onError: toastFailure(words),
  });
  return (
    <Confirm
      title={t('end.title', { name: place.visitor_name })}
      text={t('end.text')}
      confirm={t('end.confirm')}
      isBusy={end.isPending}
      onConfirm={() => end.mutate()}
      onClose={onClose}
    />
  );
}
