// Which visitors are held for one person, by whom, and the way back for as long as there is one.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Merge } from 'lucide-react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { formatMoment } from '../app/format.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { useVisitor } from './use-visitor.ts';

export function MergedVisitors({ visitor }: Pick<ConversationSummary, 'visitor'>) {
  const words = useWords();
  const { t, locale } = words;
  const queries = useQueryClient();
  const merges = useVisitor(visitor)?.merges ?? [];
  const unmerge = useMutation({
    mutationFn: api.unmerge,
    onSuccess: () => {
      toast('good', t('merge.undone'));
      void queries.invalidateQueries({ queryKey: ['visitor'] });
      void queries.invalidateQueries({ queryKey: ['visitor-history'] });
    },
    onError: toastFailure(words),
  });
  if (merges.length === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-xs font-semibold text-soft">{t('merge.title.list')}</h3>
      <ul aria-label={t('merge.title.list')} className="flex flex-col gap-2 text-sm">
        {merges.map((merge) => (
          <li key={merge.visitor.id} className="flex items-start gap-2">
            <Merge size={14} className="mt-1 shrink-0 text-soft" aria-hidden="true" />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{merge.visitor.name}</span>
              <span className="block text-xs text-soft">
                {t('merge.by', { name: merge.by.name, time: formatMoment(merge.at, locale) })}
              </span>
            </span>
            {merge.undo_until ? (
              <Button
                isSmall
                disabled={unmerge.isPending}
                title={t('merge.until', { time: formatMoment(merge.undo_until, locale) })}
                onClick={() => unmerge.mutate(merge.visitor.id)}
              >
                {t('merge.undo')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
