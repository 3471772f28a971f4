// A row for every call of now: who, where, how long, who has it, what it costs, and the ways in.

import type { Call } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Ear, FlaskConical, Headphones, PhoneOff, Unplug, Users } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../app/api.ts';
import { formatUsd } from '../app/format.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useCell } from '../app/use-cell.ts';
import { useFirstFocus } from '../app/use-first-focus.ts';
import { useWords } from '../app/words.ts';
import { SentimentBadge } from '../inbox/insight.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { floorText } from './call-text.ts';
import { useCallWords } from './call-words.ts';
import { type CallPlace, placeOf } from './desk.ts';
import { EndDialog } from './end-dialog.tsx';
import { Timer } from './timer.tsx';
import { useRowKeys } from './use-row-keys.ts';

const OPEN_LINK =
  'inline-flex h-8 items-center justify-center rounded-lg border border-line px-3 text-sm font-medium text-accent hover:bg-raised';

export function RunningCalls({ calls }: { calls: readonly Call[] }) {
  const [ending, setEnding] = useState<CallPlace | null>(null);
  const { data } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const channels = new Map(data?.items.map((it) => [it.id, it.name]));
  const join = useJoin();
  const list = useRef<HTMLUListElement>(null);
  useFirstFocus(list);
  const navigate = useNavigate();
  const pointed = useRowKeys(calls, {
    onListen: (call) => join(call, 'listen'),
    onTake: (call) => join(call, 'take'),
    onEnd: (call) => setEnding(placeOf(call)),
    onOpen: (call) => void navigate({ to: '/inbox/$id', params: { id: call.session_id } }),
  });
  return (
    <>
      <ul
        className="divide-y divide-line outline-offset-[-2px]"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys work where the list has the focus.
        tabIndex={0}
        ref={list}
        data-keys
        data-testid="running-calls"
      >
        {calls.map((call) => (
          <Row
            key={call.id}
            call={call}
            channel={channels.get(call.channel_id) ?? ''}
            isPointed={call.id === pointed}
            onJoin={join}
            onEnd={() => setEnding(placeOf(call))}
          />
        ))}
      </ul>
      {ending ? <EndDialog place={ending} onClose={() => setEnding(null)} /> : null}
    </>
  );
}

type Join = (call: Call, wish: 'listen' | 'take') => void;

/** Joins, and shows the conversation: what is said stands there. */
function useJoin(): Join {
  const { desk } = useLive();
  const { t } = useCallWords();
  const navigate = useNavigate();
  return (call, wish) => {
    const { held } = desk;
    if (held && held.call_id !== call.id) {
      toast('bad', t('busy', { name: held.visitor_name }));
      return;
    }
    desk.join(placeOf(call), wish);
    void navigate({ to: '/inbox/$id', params: { id: call.session_id } });
  };
}

interface RowProps {
  call: Call;
  channel: string;
  isPointed: boolean;
  onJoin: Join;
  onEnd: () => void;
}

function Row({ call, channel, isPointed, onJoin, onEnd }: RowProps) {
  const words = useWords();
  const { t } = useCallWords();
  const { name } = call.visitor;
  const desk = useCell(useLive().desk.state);
  const isIn = desk.kind === 'open' && desk.place.call_id === call.id;
  return (
    <li
      data-call={call.id}
      className={classes(
        'flex flex-wrap items-center gap-x-4 gap-y-2.5 px-4 py-3',
        isPointed && 'rounded-2xl ring-2 ring-accent ring-inset',
      )}
    >
      <Avatar id={call.visitor.id} name={name} dot="bg-emerald-500" />
      <div className="min-w-44 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to="/inbox/$id"
            params={{ id: call.session_id }}
            className="font-semibold hover:underline"
          >
            {name}
          </Link>
          <Facts call={call} />
        </p>
        <p className="text-sm text-soft">
          <Timer since={call.started_at} /> · {channel ? `${channel} · ` : null}
          <span title={t('cost')}>{formatUsd(call.cost_usd, words.locale)}</span>
        </p>
      </div>
      <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:[&>*]:flex-1">
        {isIn ? (
          <Link to="/inbox/$id" params={{ id: call.session_id }} className={OPEN_LINK}>
            {t('strip.open')}
          </Link>
        ) : (
          <JoinButtons call={call} onJoin={onJoin} />
        )}
        <Button isSmall aria-label={`${t('end')}: ${name}`} onClick={onEnd}>
          <PhoneOff size={15} className="text-danger" aria-hidden="true" />
          {t('end')}
        </Button>
      </div>
    </li>
  );
}

function JoinButtons({ call, onJoin }: Pick<RowProps, 'call' | 'onJoin'>) {
  const { t } = useCallWords();
  const { name } = call.visitor;
  return (
    <>
      <Button isSmall aria-label={`${t('listen')}: ${name}`} onClick={() => onJoin(call, 'listen')}>
        <Ear size={15} aria-hidden="true" />
        {t('listen')}
      </Button>
      <Button isSmall aria-label={`${t('take')}: ${name}`} onClick={() => onJoin(call, 'take')}>
        <Headphones size={15} aria-hidden="true" />
        {t('take')}
      </Button>
    </>
  );
}

/** Who has it, how the visitor feels, and what is unusual. */
function Facts({ call }: { call: Call }) {
  const words = useCallWords();
  const { t } = words;
  const { member } = useMe();
  const isOurs = call.floor === 'agent' || call.floor === 'taking';
  return (
    <>
      <Badge tone={isOurs ? 'accent' : call.floor === 'hold' ? 'warn' : 'plain'}>
        {floorText(call, member.id, words)}
      </Badge>
      {call.sentiment ? <SentimentBadge sentiment={call.sentiment} /> : null}
      {call.link && call.link !== 'ok' ? (
        <Badge tone="danger">
          <Unplug size={12} aria-hidden="true" />
          {t(`link.${call.link}`)}
        </Badge>
      ) : null}
      {call.listener_count > 0 ? (
        <Badge>
          <Users size={12} aria-hidden="true" />
          <span aria-hidden="true">{call.listener_count}</span>
          <span className="sr-only">{t('listeners', { count: call.listener_count })}</span>
        </Badge>
      ) : null}
      {call.simulated ? (
        <Badge>
          <FlaskConical size={12} aria-hidden="true" />
          {t('simulated')}
        </Badge>
      ) : null}
      {call.provider === 'local' ? <Badge>{t('basic')}</Badge> : null}
    </>
  );
}
