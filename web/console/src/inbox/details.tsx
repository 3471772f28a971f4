// What is known of the visitor and the conversation, and what agents set on it.

import type { ConversationSummary, Rating } from '@switchboard/shared/wire.ts';
import { Link } from '@tanstack/react-router';
import { BadgeCheck, Ban, ExternalLink } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { formatMoment, languageName } from '../app/format.ts';
import { useWords, type Words } from '../app/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { Actions } from './actions.ts';
import { AssigneeEditor, LabelsEditor, PriorityEditor } from './editors.tsx';
import { MergedVisitors } from './merged-visitors.tsx';
import { VisitorConsents } from './visitor-consents.tsx';
import { useUnblock } from './more-acts.tsx';
import { useVisitor } from './use-visitor.ts';
import { visitorName } from './visitor-name.ts';
import { BrowserName, useHistory, VisitorHistory } from './visitor-history.tsx';

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
  const history = useHistory(conversation);
  const known = useVisitor(visitor);
  const name = visitorName(conversation);
  return (
    <div className="flex flex-col gap-6 p-5">
      <section className="flex items-center gap-3">
        <Avatar id={visitor.id} name={name} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{name}</p>
          {name === visitor.name ? null : (
            <p className="truncate text-sm text-soft">{t('merge.as', { name: visitor.name })}</p>
          )}
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
      <Blocked visitor={visitor} />
      <MergedVisitors visitor={visitor} />
      <VisitorConsents visitor={visitor} />
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
        <Fact name={t('details.phone')}>{visitor.phone}</Fact>
        <Fact name={t('details.rating')}>
          {state.rating ? ratingText(state.rating, words) : null}
        </Fact>
        <Fact name={t('details.id')}>{visitor.external_id}</Fact>
        <Fact name={t('details.language')}>
          {visitor.locale && languageName(visitor.locale, locale)}
        </Fact>
        <Fact name={t('details.browser')}>
          {history?.browser ? <BrowserName history={history} /> : null}
        </Fact>
        <Fact name={t('details.address')}>{known?.address}</Fact>
        <Fact name={t('details.page')}>
          <PageLink url={visitor.page?.url ?? null} title={visitor.page?.title ?? null} />
        </Fact>
        <Fact name={t('details.referrer')}>{visitor.page?.referrer}</Fact>
        <Fact name={t('details.since')}>{formatMoment(conversation.created_at, locale)}</Fact>
      </dl>
      <Attributes attributes={visitor.attributes} />
      <VisitorHistory conversation={conversation} history={history} />
      <PageTrail visitor={visitor} />
    </div>
  );
}

/** What the site's page or a form said of the visitor: claimed, not proven. */
function Attributes({ attributes }: Pick<ConversationSummary['visitor'], 'attributes'>) {
  const { t } = useWords();
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-xs font-semibold text-soft">{t('details.attributes')}</h3>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
        {names.map((name) => (
          <Fragment key={name}>
            <dt className="break-all text-soft">{name}</dt>
            <dd className="[overflow-wrap:anywhere]" dir="auto">
              {String(attributes[name])}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

const PAGES_SHOWN = 10;

function PageTrail({ visitor }: Pick<ConversationSummary, 'visitor'>) {
  const { t, locale } = useWords();
  const data = useVisitor(visitor);
  if (!data || data.pages.length === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-xs font-semibold text-soft">{t('details.pages')}</h3>
      <ol className="flex flex-col gap-1.5 text-sm">
        {data.pages.slice(0, PAGES_SHOWN).map((visit) => (
          <li key={`${visit.at} ${visit.page.url}`} className="[overflow-wrap:anywhere]">
            <p>
              <PageLink url={visit.page.url} title={visit.page.title} />
            </p>
            <p className="text-xs text-soft">{formatMoment(visit.at, locale)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** That the visitor is blocked: by whom, since when and why, and the way back. */
function Blocked({ visitor }: Pick<ConversationSummary, 'visitor'>) {
  const { t, locale } = useWords();
  const unblock = useUnblock(visitor.id);
  const blocked = useVisitor(visitor)?.blocked;
  if (!blocked) return null;
  return (
    <section className="flex flex-col items-start gap-1.5 rounded-xl border border-danger/40 bg-danger/10 p-3 text-sm">
      <p className="flex items-center gap-1.5 font-semibold text-danger">
        <Ban size={15} aria-hidden="true" />
        {t('block.is')}
      </p>
      <p className="text-soft">
        {t('block.by', { name: blocked.by.name, time: formatMoment(blocked.at, locale) })}
      </p>
      {blocked.reason ? (
        <p className="[overflow-wrap:anywhere]" dir="auto">
          {blocked.reason}
        </p>
      ) : null}
      <Button isSmall onClick={unblock}>
        {t('block.undo')}
      </Button>
    </section>
  );
}

function ratingText({ score, comment }: Rating, { t }: Words): string {
  const stars = t('details.rating.score', { score });
  return comment ? `${stars}: ${comment}` : stars;
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
    file: 'reason.file',
    voice_failed: 'reason.voice',
    no_approval: 'reason.noApproval',
  } as const;
  return reason in known ? words.t(known[reason as keyof typeof known]) : reason;
}
