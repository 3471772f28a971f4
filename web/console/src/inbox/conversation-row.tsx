// One conversation in the list: who, what last, how long ago, and who answers.

import { waitingSince } from '@switchboard/shared/inbox-order.ts';
import { markdownToText } from '@switchboard/shared/markdown.ts';
import type { ConversationSummary, Priority, User } from '@switchboard/shared/wire.ts';
import { Eye, Hourglass } from 'lucide-react';
import { memo, type MouseEvent } from 'react';
import { PickBox } from '../bulk/pick-box.tsx';
import { formatAgo } from '../app/format.ts';
import { useLive } from '../app/live-context.tsx';
import { useCellPart } from '../app/use-cell.ts';
import { useSigns } from '../app/use-signs.ts';
import { useWords, type Words } from '../app/words.ts';
import { IntentBadge, LanguageBadge, SentimentBadge } from './insight.tsx';
import { RowLink } from './row-link.tsx';
import { visitorName } from './visitor-name.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { classes } from '../ui/classes.ts';

interface RowProps {
  conversation: ConversationSummary;
  isOpened: boolean;
  isPointed: boolean;
  isPicked: boolean;
  /** Whether its box is shown though nobody points at it. */
  hasBox: boolean;
  now_ms: number;
  onPick: (id: string, event: MouseEvent) => void;
  onPress: (id: string, event: MouseEvent) => void;
}

export const PRIORITY_TONES: Readonly<Record<Priority, Tone>> = {
  low: 'plain',
  medium: 'plain',
  high: 'warn',
  urgent: 'danger',
};

export const ConversationRow = memo(function ConversationRow(props: RowProps) {
  const { conversation, isOpened, isPointed, isPicked, hasBox, now_ms, onPick, onPress } = props;
  const words = useWords();
  const { me } = useLive();
  const { visitor, state, unread } = conversation;
  const signs = useSigns(conversation.id);
  const hasUnread = unread > 0 && state.status !== 'closed';
  return (
    <>
      <RowLink
        id={conversation.id}
        isOpened={isOpened}
        onPress={onPress}
        className={classes(
          'row-link mx-2 flex h-[80px] items-start gap-3 rounded-xl px-2.5 py-2.5 outline-offset-[-2px]',
          isOpened || isPicked ? 'bg-accent-soft' : 'hover:bg-raised',
          isPointed && 'ring-2 ring-accent ring-inset',
        )}
      >
        <Avatar id={visitor.id} name={visitorName(conversation)} />
        <span className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className="flex items-baseline gap-2">
            <span className={classes('clipped', hasUnread ? 'font-bold' : 'font-semibold')}>
              {visitorName(conversation)}
            </span>
            <Viewers users={signs.viewing} />
            <RowTime conversation={conversation} now_ms={now_ms} />
          </span>
          <span className="flex items-center gap-2">
            <span
              className={classes(
                'clipped text-sm',
                hasUnread ? 'font-medium text-ink' : 'text-soft',
              )}
            >
              <Preview conversation={conversation} typing={signs.typing} />
            </span>
            {hasUnread ? (
              <span
                className="ml-auto min-w-5 shrink-0 rounded-full bg-accent px-1.5 text-center text-[11px] leading-5 font-bold text-on-accent"
                title={words.t('inbox.unread', { count: unread })}
              >
                {unread > 99 ? '99+' : unread}
              </span>
            ) : null}
          </span>
          <span className="flex gap-1 overflow-clip">
            <Badge tone={statusTone(conversation)}>{statusText(conversation, me.id, words)}</Badge>
            {state.pending_reply ? <Badge tone="warn">{words.t('inbox.replyWaits')}</Badge> : null}
            {state.priority && state.priority !== 'medium' && state.priority !== 'low' ? (
              <Badge tone={PRIORITY_TONES[state.priority]}>
                {words.t(`priority.${state.priority}`)}
              </Badge>
            ) : null}
            {state.labels.slice(0, 2).map((label) => (
              <Badge key={label}>{label}</Badge>
            ))}
            {state.insight && state.status !== 'closed' ? (
              <>
                <SentimentBadge sentiment={state.insight.sentiment} />
                <IntentBadge intent={state.insight.intent} />
                <LanguageBadge language={state.insight.language} isShort />
              </>
            ) : null}
          </span>
        </span>
      </RowLink>
      <PickBox
        name={visitorName(conversation)}
        isPicked={isPicked}
        isOpened={isOpened}
        isShown={hasBox}
        onPick={(event) => onPick(conversation.id, event)}
      />
    </>
  );
});

/** Amber from here on, and red. */
const LONG_MS = 2 * 60_000;
const TOO_LONG_MS = 10 * 60_000;

/** How long the visitor waits, or how long ago something happened. */
function RowTime({ conversation, now_ms }: Pick<RowProps, 'conversation' | 'now_ms'>) {
  const words = useWords();
  const { status, updated_at } = conversation.state;
  if (status !== 'waiting') {
    return (
      <time className="ml-auto shrink-0 text-xs text-soft" dateTime={updated_at}>
        {formatAgo(updated_at, now_ms, words)}
      </time>
    );
  }
  const since = waitingSince(conversation);
  const waitedMs = now_ms - Date.parse(since);
  const time = formatAgo(since, now_ms, words);
  return (
    <time
      data-waits
      dateTime={since}
      title={words.t('inbox.waits', { time })}
      className={classes(
        'ml-auto flex shrink-0 items-center gap-1 text-xs font-semibold',
        waitedMs >= TOO_LONG_MS ? 'text-danger' : waitedMs >= LONG_MS ? 'text-warn' : 'text-soft',
      )}
    >
      <Hourglass size={12} aria-hidden="true" />
      <span className="sr-only">{words.t('inbox.waits', { time })}</span>
      <span aria-hidden="true">{time}</span>
    </time>
  );
}

/** Colleagues who have it on screen. */
function Viewers({ users }: { users: readonly User[] }) {
  const { t } = useWords();
  if (users.length === 0) return null;
  const names = t('conversation.viewing', { names: users.map((it) => it.name).join(', ') });
  return (
    <span
      data-testid="viewers"
      title={names}
      className="flex shrink-0 items-center gap-0.5 self-center text-xs text-soft"
    >
      <Eye size={13} aria-hidden="true" />
      <span className="sr-only">{names}</span>
      {users.length > 1 ? <span aria-hidden="true">{users.length}</span> : null}
    </span>
  );
}

interface PreviewProps {
  conversation: ConversationSummary;
  typing: readonly User[];
}

/** Who writes now, what was last said, or what this agent has begun to answer. */
function Preview({ conversation, typing }: PreviewProps) {
  const words = useWords();
  const key = `message ${conversation.id}`;
  const draft = useCellPart(useLive().drafts.texts, (texts) => texts[key]);
  const [typist] = typing;
  if (typist) {
    return (
      <span className="text-accent italic" data-testid="row-typing">
        {typist.id === conversation.visitor.id ? '' : `${typist.name} `}
        {words.t('entry.typing')}
      </span>
    );
  }
  if (!draft || conversation.state.status === 'closed') return previewText(conversation, words);
  return (
    <>
      <span className="font-medium text-danger">{words.t('inbox.draft')}</span> {draft}
    </>
  );
}

function previewText({ last_message }: ConversationSummary, words: Words): string {
  if (!last_message) return words.t('inbox.noMessage');
  const before = { agent: 'inbox.agent', assistant: 'inbox.assistant' } as const;
  const { role } = last_message;
  const preview = markdownToText(last_message.preview);
  return role === 'agent' || role === 'assistant' ? words.t(before[role]) + preview : preview;
}

function statusTone({ state }: ConversationSummary): Tone {
  if (state.status === 'waiting') return 'warn';
  if (state.status === 'closed') return 'plain';
  if (state.status === 'snoozed') return 'plain';
  return state.responder.kind === 'agent' ? 'ok' : 'accent';
}

function statusText({ state }: ConversationSummary, me: string, words: Words): string {
  if (state.status !== 'open') return words.t(`status.${state.status}`);
  const { agent } = state.responder;
  if (!agent) return words.t('status.assistant');
  return agent.id === me ? words.t('status.you') : agent.name;
}
