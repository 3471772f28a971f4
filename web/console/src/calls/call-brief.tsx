// What the call was about when this agent came: summary, mood, last words, and what it costs by now.

import type { Insight } from '@switchboard/shared/wire.ts';
import { formatUsd } from '../app/format.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { SentimentBadge } from '../inbox/insight.tsx';
import { Markdown } from '../ui/markdown.tsx';
import { useCallWords } from './call-words.ts';
import type { JoinedCall } from './open-call.ts';

const FEELINGS: readonly string[] = ['positive', 'neutral', 'negative'];

/** `cost_usd`: what the hub said last, newer than the brief. */
export function CallBrief({ call, cost_usd }: { call: JoinedCall; cost_usd: number | null }) {
  const { t } = useCallWords();
  const { locale } = useWords();
  const brief = useCell(call.client.brief);
  if (!brief) return null;
  const { summary, sentiment, last_turns, cost } = brief;
  return (
    <details
      open={matchMedia('(min-width: 768px)').matches}
      data-testid="call-brief"
      className="rounded-xl border border-note-line bg-note px-3 py-2 text-sm text-note-ink"
    >
      <summary className="cursor-pointer font-semibold">
        {t('brief')} · {formatUsd(cost_usd ?? cost, locale)}{' '}
        {sentiment && FEELINGS.includes(sentiment) ? (
          <SentimentBadge sentiment={sentiment as Insight['sentiment']} />
        ) : null}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard. */}
      <div className="mt-1.5 flex max-h-32 flex-col gap-1.5 overflow-y-auto" tabIndex={0}>
        {summary ? <Markdown text={summary} /> : <p>{t('brief.none')}</p>}
        {last_turns.length > 0 ? (
          <>
            <p className="text-xs font-semibold">{t('brief.turns')}</p>
            <ul className="flex flex-col gap-0.5">
              {last_turns.map(({ role, text }, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a brief is drawn once and never changes its order.
                <li key={at} dir="auto">
                  <span className="font-medium">{t(`voice.${role}`)}:</span> {text}
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </div>
    </details>
  );
}
