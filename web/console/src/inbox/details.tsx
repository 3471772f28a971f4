// What is known of the visitor and the conversation, and what agents set on it.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { Link } from '@tanstack/react-router';
import { BadgeCheck, ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatMoment } from '../app/format.ts';
import { useWords, type Words } from '../app/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { Actions } from './actions.ts';
import { AssigneeEditor, LabelsEditor, PriorityEditor } from './editors.tsx';

interface DetailsProps {
  conversation: ConversationSummary;
  actions: Actions;
}

export function DetailsDialog(props: DetailsProps & { onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog title={t('details.title')} onClose={props.onClose}>
      <div className="-mx-5 -mb-4">
        <Details conversation={props.conversation} actions={props.actions} />
      </div>
    </Dialog>
  );
}

export function Details({ conversation, actions }: DetailsProps) {
  const words = useWords();
  const { t, locale } = words;
  const { visitor, state } = conversation;
  return (
    <div className="flex flex-col gap-6 p-5">
      <section className="flex items-center gap-3">
        <Avatar id={visitor.id} name={visitor.name} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{visitor.name}</p>
          {visitor.verified ? (
            <Badge tone="ok">
              <BadgeCheck size={13} aria-hidden="true" />
              {t(visitor.profile_verified ? 'details.verified' : 'details.verified.id')}
            </Badge>
          ) : (
            <Badge>{t('details.unverified')}</Badge>
          )}
        </div>
      </section>
      <section className="flex flex-col gap-4">
        <AssigneeEditor conversation={conversation} actions={actions} />
        <PriorityEditor conversation={conversation} />
        <LabelsEditor conversation={conversation} />
      </section>
      {state.handoff ? (
        <section className="flex flex-col gap-1.5 rounded-xl bg-warn-soft p-3 text-sm text-warn">
          <p className="font-semibold">{t('details.handoff')}</p>
          <p>{reasonText(state.handoff.reason, words)}</p>
          <p>{formatMoment(state.handoff.at, locale)}</p>
          <Link to="/tickets" className="font-medium underline">
            {t('details.openTicket')}
          </Link>
        </section>
      ) : null}
      <dl className="flex flex-col gap-3 text-sm">
        <Fact name={t('details.email')}>
          {visitor.email && !visitor.profile_verified ? (
            <>
              {visitor.email} <span className="text-soft">({t('details.claimed')})</span>
            </>
          ) : (
            visitor.email
          )}
        </Fact>
        <Fact name={t('details.id')}>{visitor.external_id}</Fact>
        <Fact name={t('details.language')}>{languageName(visitor.locale, locale)}</Fact>
        <Fact name={t('details.page')}>
          <PageLink url={visitor.page?.url ?? null} title={visitor.page?.title ?? null} />
        </Fact>
        <Fact name={t('details.referrer')}>{visitor.page?.referrer}</Fact>
        <Fact name={t('details.since')}>{formatMoment(conversation.created_at, locale)}</Fact>
      </dl>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <div>
      <dt className="text-xs font-medium text-soft">{name}</dt>
      <dd className="break-words [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

/** The address comes from a stranger's page: only http and https become a link. */
function PageLink({ url, title }: { url: string | null; title: string | null }) {
  const text = title || url;
  if (!text) return <>–</>;
  if (!url || !/^https?:\/\//i.test(url)) return <>{text}</>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      title={url}
      className="text-accent hover:underline"
    >
      {text} <ExternalLink size={13} className="inline" aria-hidden="true" />
    </a>
  );
}

export function reasonText(reason: string, words: Words): string {
  const known = {
    visitor_request: 'reason.visitor',
    words: 'reason.words',
    assistant_failed: 'reason.failed',
    no_answer: 'reason.noAnswer',
    usage_limit_exceeded: 'reason.limit',
    high_priority: 'reason.urgent',
    sentiment: 'reason.sentiment',
    open_tickets: 'reason.tickets',
    picture: 'reason.picture',
    voice_failed: 'reason.voice',
  } as const;
  return reason in known ? words.t(known[reason as keyof typeof known]) : reason;
}

function languageName(tag: string | null, locale: string): string | null {
  if (!tag) return null;
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
