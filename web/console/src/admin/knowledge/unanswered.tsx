// Questions that nobody could answer: answered here once, they are answered for all who ask them again.

import type { UnansweredAnswer, UnansweredQuestion } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { formatMoment } from '../../app/format.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { AreaField, SelectField, TextField } from '../../ui/field.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Card } from '../admin-page.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { unansweredQuery } from './knowledge-page.tsx';
import { usePairs } from './pairs.tsx';

export function UnansweredList() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(unansweredQuery);
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Card>
      {data.items.length === 0 ? (
        <Empty icon={CircleCheck} title={t('unanswered.empty')} text={t('unanswered.empty.text')} />
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map((it) => (
            <UnansweredRow key={it.id} asked={it} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function UnansweredRow({ asked }: { asked: UnansweredQuestion }) {
  const words = useWords();
  const { t, locale } = words;
  const queries = useQueryClient();
  const [open, setOpen] = useState<'answer' | 'phrasing' | null>(null);
  const refresh = async () => {
    for (const queryKey of [['unanswered'], ['pairs'], ['sources']]) {
      await queries.invalidateQueries({ queryKey });
    }
  };
  const dismiss = useMutation({
    mutationFn: () => adminApi.dismissUnanswered(asked.id),
    onError: toastFailure(words),
    onSettled: refresh,
  });
  const answer = async (given: UnansweredAnswer) => {
    await adminApi.answerUnanswered(asked.id, given);
    toast('good', t('unanswered.done'));
    await refresh();
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5 md:px-5">
      <div className="min-w-56 flex-1">
        <p className="font-semibold break-words" dir="auto">
          {asked.question}
        </p>
        <p className="flex flex-wrap items-center gap-2 text-sm text-soft">
          <Badge tone={asked.asked_count > 1 ? 'warn' : 'plain'}>
            {t('unanswered.asked', { count: asked.asked_count })}
          </Badge>
          {formatMoment(asked.asked_at, locale)}
          {asked.conversation_id ? (
            <Link
              to="/inbox/$id"
              params={{ id: asked.conversation_id }}
              className="text-accent underline"
            >
              {t('tickets.conversation')}
            </Link>
          ) : null}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button isSmall kind="strong" onClick={() => setOpen('answer')}>
          {t('unanswered.answer')}
        </Button>
        <Button isSmall onClick={() => setOpen('phrasing')}>
          {t('unanswered.phrasing')}
        </Button>
        <Button isSmall kind="plain" disabled={dismiss.isPending} onClick={() => dismiss.mutate()}>
          {t('unanswered.dismiss')}
        </Button>
      </div>
      {open === 'answer' ? (
        <FormDialog
          title={t('unanswered.answer')}
          text={t('unanswered.answer.text')}
          onSave={(form) =>
            answer({ question: textOf(form, 'question'), answer: textOf(form, 'answer') })
          }
          onClose={() => setOpen(null)}
        >
          <TextField
            label={t('pairs.question')}
            name="question"
            dir="auto"
            defaultValue={asked.question}
            required
          />
          <AreaField
            label={t('pairs.answer')}
            name="answer"
            rows={5}
            dir="auto"
            required
            autoFocus
          />
        </FormDialog>
      ) : null}
      {open === 'phrasing' ? (
        <FormDialog
          title={t('unanswered.phrasing')}
          text={asked.question}
          onSave={(form) => answer({ pair_id: textOf(form, 'pair_id') })}
          onClose={() => setOpen(null)}
        >
          <PairField />
        </FormDialog>
      ) : null}
    </li>
  );
}

function PairField() {
  const { t } = useWords();
  const { data, hasNextPage, fetchNextPage } = usePairs();
  const [filter, setFilter] = useState('');
  const pairs = data?.pages.flatMap((page) => page.items) ?? [];
  const wanted = filter.toLowerCase();
  const shown = pairs.filter((it) => it.question.toLowerCase().includes(wanted));
  return (
    <>
      <TextField
        label={t('unanswered.filter')}
        type="search"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <SelectField label={t('unanswered.pair')} name="pair_id" required>
        {shown.map((it) => (
          <option key={it.id} value={it.id}>
            {it.question}
          </option>
        ))}
      </SelectField>
      {hasNextPage ? (
        <Button isSmall onClick={() => void fetchNextPage()}>
          {t('common.more')}
        </Button>
      ) : null}
    </>
  );
}
