// What the visitor did before: conversations, tickets, calls and files, each a step away.

import type { ConversationSummary, VisitorHistoryAnswer } from '@switchboard/shared/wire.ts';
import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileText, MessageSquare, Phone, Star, Ticket } from 'lucide-react';
import type { ReactNode } from 'react';
import { rest } from '../app/api.ts';
import { browserName } from '../app/browser-name.ts';
import { formatMoment } from '../app/format.ts';
import { useWords, type Words } from '../app/words.ts';

/** Read again with each change of the conversation: what is new of the visitor comes with one. */
export function useHistory({ visitor, state }: ConversationSummary): VisitorHistoryAnswer | null {
  const { data } = useQuery({
    queryKey: ['visitor-history', visitor.id, state.status, state.handoff?.at ?? null],
    queryFn: () => rest.get<'/visitors/{id}/history'>(`/visitors/${visitor.id}/history`),
    placeholderData: (before) => before,
  });
  return data ?? null;
}

export function BrowserName({ history }: { history: VisitorHistoryAnswer | null }) {
  return history?.browser ? (
    <span title={history.browser}>{browserName(history.browser)}</span>
  ) : null;
}

interface HistoryProps {
  conversation: ConversationSummary;
  history: VisitorHistoryAnswer | null;
}

export function VisitorHistory({ conversation, history }: HistoryProps) {
  const words = useWords();
  const { t, locale } = words;
  if (!history) return null;
  const earlier = history.conversations.filter((it) => it.id !== conversation.id);
  return (
    <>
      <Group title={t('history.conversations')} isEmpty={earlier.length === 0}>
        {earlier.map((it) => (
          <Row key={it.id} icon={<MessageSquare size={14} />} id={it.id}>
            <span className="line-clamp-2" dir="auto">
              {it.last_message?.preview || t('inbox.noMessage')}
            </span>
            <span className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
              {formatMoment(it.created_at, locale)} · {t(`status.${it.state.status}`)}
              {it.state.rating ? (
                <span
                  className="inline-flex items-center gap-0.5"
                  title={it.state.rating.comment ?? undefined}
                >
                  <Star size={11} aria-hidden="true" />
                  {t('details.rating.score', { score: it.state.rating.score })}
                </span>
              ) : null}
            </span>
          </Row>
        ))}
      </Group>
      <Group title={t('history.tickets')} isEmpty={history.tickets.length === 0}>
        {history.tickets.map((it) => (
          <Row key={it.id} icon={<Ticket size={14} />} id={it.conversation_id}>
            <span className="line-clamp-2" dir="auto">
              {it.title ?? t('history.ticket')}
            </span>
            <span className="text-xs text-soft">
              {formatMoment(it.created_at, locale)} · {t(`history.ticket.${it.status}`)}
            </span>
          </Row>
        ))}
      </Group>
      <Group title={t('history.calls')} isEmpty={history.calls.length === 0}>
        {history.calls.map((it) => (
          <Row key={it.id} icon={<Phone size={14} />} id={it.session_id}>
            <span>{formatMoment(it.started_at, locale)}</span>
            <span className="text-xs text-soft">{callLength(it.seconds, words)}</span>
          </Row>
        ))}
      </Group>
      <Group title={t('history.files')} isEmpty={history.files.length === 0}>
        {history.files.map(({ attachment, created_at }) => (
          <li key={attachment.id} className="flex items-start gap-2">
            <FileText size={14} className="mt-1 shrink-0 text-soft" aria-hidden="true" />
            <div className="min-w-0 flex-1">
              <a
                href={`${serverPath}/api/v1/attachments/${attachment.id}`}
                target="_blank"
                rel="noopener noreferrer"
                className="text-accent [overflow-wrap:anywhere] hover:underline"
              >
                {attachment.name}
              </a>
              <p className="text-xs text-soft">{formatMoment(created_at, locale)}</p>
            </div>
          </li>
        ))}
      </Group>
    </>
  );
}

interface GroupProps {
  title: string;
  isEmpty: boolean;
  children: ReactNode;
}

function Group({ title, isEmpty, children }: GroupProps) {
  if (isEmpty) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-xs font-semibold text-soft">{title}</h3>
      <ul aria-label={title} className="flex flex-col gap-2 text-sm">
        {children}
      </ul>
    </section>
  );
}

/** Something that happened in a conversation, which is opened by a press. */
function Row({ icon, id, children }: { icon: ReactNode; id: string; children: ReactNode }) {
  return (
    <li>
      <Link
        to="/inbox/$id"
        params={{ id }}
        className="-mx-2 flex items-start gap-2 rounded-lg px-2 py-1 hover:bg-raised"
      >
        <span className="mt-1 shrink-0 text-soft" aria-hidden="true">
          {icon}
        </span>
        <span className="flex min-w-0 flex-1 flex-col [overflow-wrap:anywhere]">{children}</span>
      </Link>
    </li>
  );
}

function callLength(seconds: number | null, { t }: Words): string {
  if (seconds === null) return t('history.call.running');
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}
