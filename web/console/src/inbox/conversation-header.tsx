// Who this is, who answers, who else looks on, and what can be done.

import type { ConversationSummary, User } from '@switchboard/shared/wire.ts';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, Eye, PanelRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { ACTS } from '../acts/act-table.ts';
import { formatTime } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { useSigns } from '../app/use-signs.ts';
import { useWords, type Words } from '../app/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import type { Actions } from './actions.ts';
import { InsightBadges } from './insight.tsx';
import { MemberAvatar } from './member-avatar.tsx';
import { ReleaseMenu } from './release-menu.tsx';
import { SnoozeMenu } from './snooze-menu.tsx';
import { useIsHere } from './use-taking.tsx';
import { visitorName } from './visitor-name.ts';

interface HeaderProps {
  conversation: ConversationSummary;
  members: readonly User[];
  actions: Actions;
  /** When the assistant's replies go out, to be changed. */
  mode: ReactNode;
  /** The rarer acts, behind three dots. */
  more: ReactNode;
  onTake: () => void;
  onDetails: () => void;
}

export function ConversationHeader({
  conversation,
  members,
  actions,
  mode,
  more,
  onTake,
  onDetails,
}: HeaderProps) {
  const words = useWords();
  const { t } = words;
  const { member } = useMe();
  const { visitor, state } = conversation;
  const isHolderHere = useIsHere(actions.holder);
  const isHere = members.some((it) => it.id === visitor.id);
  const { viewing } = useSigns(conversation.id);
  const dot = isHere ? 'bg-emerald-500' : 'bg-slate-400';
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-surface px-3 py-2.5 md:px-5">
      <Link
        to="/inbox"
        aria-label={t('conversation.back')}
        className="inline-flex size-9 items-center justify-center rounded-lg text-soft hover:bg-raised md:hidden"
      >
        <ArrowLeft size={20} />
      </Link>
      <Avatar id={visitor.id} name={visitorName(conversation)} dot={dot} />
      <div className="min-w-36 flex-1">
        <h2 className="truncate font-semibold">
          {visitorName(conversation)}{' '}
          <span className="ml-1.5 text-sm font-normal text-soft max-sm:hidden">
            {t(isHere ? 'visitor.here' : 'visitor.away')}
          </span>
        </h2>
        <p className="truncate text-sm text-soft" data-testid="responder">
          {whoAnswers(conversation, { me: member.id, isHolderHere }, words)}
        </p>
      </div>
      {viewing.length > 0 ? (
        <span
          className="flex items-center gap-1 text-sm text-soft"
          title={t('conversation.viewing', { names: viewing.map((it) => it.name).join(', ') })}
        >
          <Eye size={16} aria-hidden="true" />
          {viewing.slice(0, 3).map((it) => (
            <MemberAvatar key={it.id} user={it} isSmall />
          ))}
          <span className="sr-only">
            {t('conversation.viewing', { names: viewing.map((it) => it.name).join(', ') })}
          </span>
        </span>
      ) : null}
      <div className="flex gap-2 max-sm:order-last max-sm:w-full max-sm:[&>button]:flex-1">
        {state.status === 'open' && state.responder.kind === 'assistant' ? mode : null}
        {actions.canTakeOver ? (
          <Button
            isSmall
            kind="strong"
            title={t('keys.hint', { key: ACTS.takeover.key.label })}
            onClick={onTake}
          >
            {actions.holder
              ? t('action.takeFrom', { name: actions.holder.name })
              : t('action.takeover')}
          </Button>
        ) : null}
        {actions.canRelease ? <SnoozeMenu actions={actions} /> : null}
        {actions.canRelease ? <ReleaseMenu actions={actions} /> : null}
        {actions.canClose ? (
          <Button
            isSmall
            title={t('keys.hint', { key: ACTS.close.key.label })}
            aria-keyshortcuts="Control+Shift+E"
            onClick={actions.close}
          >
            {t('action.close')}
          </Button>
        ) : null}
      </div>
      {more}
      <IconButton label={t('conversation.details')} onClick={onDetails} className="xl:hidden">
        <PanelRight size={18} />
      </IconButton>
      {state.insight && state.status !== 'closed' ? (
        <div className="order-last w-full md:pl-[52px]">
          <InsightBadges insight={state.insight} />
        </div>
      ) : null}
      {state.status === 'closed' ? <span className="sr-only">{t('status.closed')}</span> : null}
    </header>
  );
}

function whoAnswers(
  { state }: ConversationSummary,
  { me, isHolderHere }: { me: string; isHolderHere: boolean | null },
  words: Words,
): string {
  if (state.status === 'closed') return words.t('who.closed');
  const { kind, agent, since } = state.responder;
  if (kind === 'assistant') return words.t('who.assistant');
  if (kind === 'waiting' || !agent)
    return words.t('who.waiting', { time: formatTime(since, words.locale) });
  if (agent.id === me) return words.t('who.you');
  return words.t(isHolderHere === false ? 'who.agentAway' : 'who.agent', { name: agent.name });
}
