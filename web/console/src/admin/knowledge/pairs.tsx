// Questions with their answers, as they are given to visitors.

import type { KnowledgePair } from '@switchboard/shared/wire.ts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { MessageCircleQuestion, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { useWords } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Empty } from '../../ui/states.tsx';
import { PagedList } from '../paged-list.tsx';
import { PairDialog } from './pair-dialog.tsx';

export function usePairs() {
  return useInfiniteQuery({
    queryKey: ['pairs'],
    queryFn: ({ pageParam }) => adminApi.pairs(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function Pairs() {
  const { t } = useWords();
  return (
    <PagedList
      query_key={['pairs']}
      fetchPage={adminApi.pairs}
      empty={
        <Empty icon={MessageCircleQuestion} title={t('pairs.empty')} text={t('pairs.empty.text')} />
      }
      draw={(pair) => <PairRow pair={pair} />}
      row_class="flex items-start gap-3 px-4 py-3.5 md:px-5"
    />
  );
}

function PairRow({ pair }: { pair: KnowledgePair }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const { question } = pair;
  const remove = useMutation({
    mutationFn: () => adminApi.removePair(pair.id),
    onSuccess: () => setOpen(null),
    onError: toastFailure(words),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['pairs'] });
      await queries.invalidateQueries({ queryKey: ['sources'] });
    },
  });
  return (
    <>
      <div className="min-w-0 flex-1" dir="auto">
        <p className="font-semibold break-words">{question}</p>
        {pair.phrasings.length > 0 ? (
          <p className="text-sm break-words text-soft italic">{pair.phrasings.join(' · ')}</p>
        ) : null}
        <div className="mt-1 text-sm">
          <Markdown text={pair.answer} />
        </div>
      </div>
      <div className="flex shrink-0">
        <IconButton label={t('pairs.editOne', { question })} onClick={() => setOpen('edit')}>
          <Pencil size={16} />
        </IconButton>
        <IconButton label={t('pairs.deleteOne', { question })} onClick={() => setOpen('delete')}>
          <Trash2 size={16} />
        </IconButton>
      </div>
      {open === 'edit' ? <PairDialog pair={pair} onClose={() => setOpen(null)} /> : null}
      {open === 'delete' ? (
        <Confirm
          title={t('pairs.delete')}
          text={question}
          confirm={t('common.delete')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </>
  );
}
