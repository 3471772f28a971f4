// The tickets: who asked for a person, why, and what became of it.

import type { Ticket } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ticket as TicketIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { formatMoment } from '../app/format.ts';
import { useLive } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { PRIORITY_TONES } from '../inbox/conversation-row.tsx';
import { reasonText } from '../inbox/details.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/states.tsx';
import { AdminPage, Tabs } from './admin-page.tsx';
import { PagedList } from './paged-list.tsx';

const BRIEF_PATIENCE_MS = 120_000;
const STATUSES = ['open', 'resolved'] as const;

export function TicketsPage() {
  const { t } = useWords();
  const [status, setStatus] = useState<Ticket['status']>('open');
  return (
    <AdminPage title={t('tickets.title')} lead={t('tickets.lead')}>
      <Tabs
        label={t('tickets.title')}
        value={status}
        tabs={STATUSES.map((it) => [it, t(`tickets.${it}`)])}
        onChange={setStatus}
      />
      <Tickets status={status} />
    </AdminPage>
  );
}

function Tickets({ status }: { status: Ticket['status'] }) {
  const { t } = useWords();
  useFreshTickets();
  return (
    <PagedList
      query_key={['tickets', status]}
      fetchPage={(cursor) => api.tickets(status, cursor)}
      empty={
        <Empty
          icon={TicketIcon}
          title={t(`tickets.empty.${status}`)}
          text={t(`tickets.empty.${status}.text`)}
        />
      }
      draw={(ticket) => <TicketRow ticket={ticket} />}
      row_class="flex flex-wrap items-start gap-x-4 gap-y-3 px-4 py-3.5 md:px-5"
      isMoving={awaitsBrief}
    />
  );
}

function TicketRow({ ticket }: { ticket: Ticket }) {
  const words = useWords();
  const { t, locale } = words;
  const queries = useQueryClient();
  const resolve = useMutation({
    mutationFn: () => api.resolveTicket(ticket.id),
    onSuccess: async () => {
      toast('good', t('tickets.done'));
      await queries.invalidateQueries({ queryKey: ['tickets'] });
    },
    onError: toastFailure(words),
  });
  return (
    <>
      <Avatar id={ticket.visitor.id} name={ticket.visitor.name} />
      <div className="min-w-40 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold">{ticket.visitor.name}</span>
          <Badge tone={PRIORITY_TONES[ticket.priority]}>{t(`priority.${ticket.priority}`)}</Badge>
        </p>
        {ticket.title ? <p className="break-words">{ticket.title}</p> : null}
        <p className="text-sm text-soft">
          {reasonText(ticket.reason, words)} · {formatMoment(ticket.created_at, locale)}
        </p>
        {ticket.summary ? (
          <details className="mt-1 text-sm">
            <summary className="cursor-pointer text-accent">{t('tickets.brief')}</summary>
            <p className="mt-1 max-w-prose whitespace-pre-line break-words text-soft">
              {ticket.summary}
            </p>
          </details>
        ) : null}
        {ticket.resolved_at ? (
          <p className="text-sm text-ok">
            {t('tickets.resolvedBy', {
              name: ticket.resolved_by?.name ?? '–',
              time: formatMoment(ticket.resolved_at, locale),
            })}
          </p>
        ) : null}
      </div>
      <div className="flex gap-2">
        <Link
          to="/inbox/$id"
          params={{ id: ticket.conversation_id }}
          className="inline-flex h-8 items-center rounded-lg px-3 text-sm font-medium text-accent hover:bg-raised"
        >
          {t('tickets.conversation')}
        </Link>
        {ticket.status === 'open' ? (
          <Button isSmall disabled={resolve.isPending} onClick={() => resolve.mutate()}>
            {t('tickets.resolve')}
          </Button>
        ) : null}
      </div>
    </>
  );
}

/** A brief follows its ticket within seconds, and nothing tells of it. */
function awaitsBrief(ticket: Ticket): boolean {
  return ticket.title === null && Date.now() - Date.parse(ticket.created_at) < BRIEF_PATIENCE_MS;
}

/** A new request for a person means a new ticket. */
function useFreshTickets(): void {
  const live = useLive();
  const queries = useQueryClient();
  useEffect(
    () =>
      live.changes.on('conversation', ({ reason }) => {
        if (reason === 'handoff') void queries.invalidateQueries({ queryKey: ['tickets'] });
      }),
    [live, queries],
  );
}
