// Enquiries that visitors left with the assistant, and what became of them.

import type { Submission, SubmissionStatus } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MailOpen } from 'lucide-react';
import { useState } from 'react';
import { connectionsApi, SUBMISSION_STATUSES } from '../../app/connections-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { formatMoment } from '../../app/format.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/states.tsx';
import { AdminPage, Tabs } from '../admin-page.tsx';
import { useConnectionWords } from './connection-words.ts';
import { PagedList } from '../paged-list.tsx';

const TABS = [...SUBMISSION_STATUSES, 'all'] as const;

export function SubmissionsPage() {
  const { t } = useConnectionWords();
  const [tab, setTab] = useState<(typeof TABS)[number]>('open');
  return (
    <AdminPage title={t('submissions.title')} lead={t('submissions.lead')}>
      <Tabs
        label={t('submissions.title')}
        value={tab}
        tabs={TABS.map((it) => [it, t(`submissions.${it}`)])}
        onChange={setTab}
      />
      <PagedList
        query_key={['submissions', tab]}
        fetchPage={(cursor) => connectionsApi.submissions(tab === 'all' ? null : tab, cursor)}
        empty={
          <Empty
            icon={MailOpen}
            title={t('submissions.empty')}
            text={t('submissions.empty.text')}
          />
        }
        draw={(submission) => <Row submission={submission} hasStatus={tab === 'all'} />}
      />
    </AdminPage>
  );
}

function Row({ submission, hasStatus }: { submission: Submission; hasStatus: boolean }) {
  const words = useWords();
  const { t } = useConnectionWords();
  const queries = useQueryClient();
  const mark = useMutation({
    mutationFn: (status: SubmissionStatus) => connectionsApi.markSubmission(submission.id, status),
    onSuccess: async () => {
      toast('good', t('submissions.marked'));
      await queries.invalidateQueries({ queryKey: ['submissions'] });
    },
    onError: toastFailure(words),
  });
  const { name, email, subject, body, status, conversation_id, created_at } = submission;
  const reply = `mailto:${encodeURIComponent(email)}?subject=${encodeURIComponent(`Re: ${subject}`)}`;
  return (
    <article className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold break-words">{subject}</span>
        {hasStatus ? (
          <Badge tone={status === 'open' ? 'warn' : 'plain'}>{t(`submissions.${status}`)}</Badge>
        ) : null}
      </p>
      <p className="text-sm text-soft">
        {name ? `${name} · ` : ''}
        <span className="break-all">{email}</span> · {formatMoment(created_at, words.locale)}
      </p>
      <p dir="auto" className="text-sm break-words whitespace-pre-wrap">
        {body}
      </p>
      <div className="mt-1 flex flex-wrap items-center gap-2">
        {SUBMISSION_STATUSES.filter((it) => it !== status).map((it) => (
          <Button key={it} isSmall disabled={mark.isPending} onClick={() => mark.mutate(it)}>
            {t(`submissions.mark.${it}`)}
          </Button>
        ))}
        <a href={reply} className="px-2 text-sm font-medium text-accent underline">
          {t('submissions.reply')}
        </a>
        {conversation_id ? (
          <Link
            to="/inbox/$id"
            params={{ id: conversation_id }}
            className="px-2 text-sm font-medium text-accent underline"
          >
            {t('conversation')}
          </Link>
        ) : null}
      </div>
    </article>
  );
}
