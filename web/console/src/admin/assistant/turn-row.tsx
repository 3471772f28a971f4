// One turn of the assistant: what came of it, and what it took.

import type { AssistantTurn, TurnOutcome } from '@switchboard/shared/wire.ts';
import { Link } from '@tanstack/react-router';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { formatMoment, formatUsd } from '../../app/format.ts';
import { useWords } from '../../app/words.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { toolText, useConnectionWords } from '../connections/connection-words.ts';
import { reasonText, useAssistantWords } from './assistant-words.ts';
import { timeText } from './time-text.ts';

const TONES: Record<TurnOutcome, Tone> = {
  answered: 'ok',
  held: 'warn',
  handed_over: 'accent',
  failed: 'danger',
  superseded: 'plain',
};

export function OutcomeBadge({ outcome }: { outcome: TurnOutcome }) {
  const { t } = useAssistantWords();
  return <Badge tone={TONES[outcome]}>{t(`outcome.${outcome}`)}</Badge>;
}

export function TurnRow({ turn, channel }: { turn: AssistantTurn; channel: string | null }) {
  const words = useAssistantWords();
  const { t } = words;
  const { locale } = useWords();
  const connectionWords = useConnectionWords();
  const when = formatMoment(turn.at, locale);
  return (
    <article className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2">
        <OutcomeBadge outcome={turn.outcome} />
        {turn.conversation_id ? (
          <Link
            to="/inbox/$id"
            params={{ id: turn.conversation_id }}
            className="font-medium text-accent underline"
          >
            {when}
          </Link>
        ) : (
          <>
            <span className="font-medium">{when}</span>
            <Badge>{t('log.test')}</Badge>
          </>
        )}
        <span className="text-sm text-soft">{channel ?? t('log.channel.gone')}</span>
        <Thumb value={turn.thumb} />
        {turn.rating ? <Badge>{t('log.rating', { score: turn.rating })}</Badge> : null}
      </p>
      {turn.reason ? <p className="text-sm break-words">{reasonText(turn.reason, words)}</p> : null}
      <p className="text-sm break-words text-soft">{factsOf(turn).join(' · ')}</p>
      {turn.tools.length > 0 ? (
        <p className="flex flex-wrap gap-1.5">
          {[...new Set(turn.tools)].map((name) => (
            <Badge key={name}>{toolText({ name, description: '' }, connectionWords).title}</Badge>
          ))}
        </p>
      ) : null}
    </article>
  );

  function factsOf(it: AssistantTurn): string[] {
    const facts = [timeText(it.latency_ms, locale)];
    if (it.first_word_ms !== null)
      facts.push(t('log.first_word', { time: timeText(it.first_word_ms, locale) }));
    if (it.calls === 0) facts.push(t('log.no_model'));
    else {
      facts.push(
        it.model ?? it.provider ?? '–',
        t('log.calls', { count: it.calls }),
        t('log.tokens', {
          input: it.input_tokens.toLocaleString(locale),
          output: it.output_tokens.toLocaleString(locale),
        }),
        formatUsd(it.cost_usd, locale),
      );
      if (it.estimate) facts.push(t('log.estimate'));
    }
    if (it.passages > 0) facts.push(t('log.passages', { count: it.passages }));
    return facts;
  }
}

function Thumb({ value }: { value: number | null }) {
  const { t } = useAssistantWords();
  if (value === null) return null;
  const Icon = value > 0 ? ThumbsUp : ThumbsDown;
  return (
    <Badge tone={value > 0 ? 'ok' : 'danger'}>
      <Icon size={12} aria-hidden="true" />
      {t(value > 0 ? 'log.thumb.up' : 'log.thumb.down')}
    </Badge>
  );
}
