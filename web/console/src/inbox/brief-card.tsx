// What an agent should know who comes now, written as a handoff was asked for.

import { type BriefFacts, briefFactsOf } from '@switchboard/shared/entry-facts.ts';
import type { Entry, Insight } from '@switchboard/shared/wire.ts';
import { ClipboardList } from 'lucide-react';
import { formatMoment, formatTime } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { Markdown } from '../ui/markdown.tsx';
import { IntentBadge, LanguageBadge, SentimentBadge } from './insight.tsx';

export function BriefCard({ entry }: { entry: Entry }) {
  const { t, locale } = useWords();
  const facts = briefFactsOf(entry);
  return (
    <article
      data-kind="brief"
      data-row={entry.id}
      className="row-lazy mx-auto my-4 flex max-w-[640px] flex-col gap-2 rounded-2xl border border-note-line bg-note p-4 text-note-ink"
    >
      <header className="flex items-center gap-2">
        <ClipboardList size={16} aria-hidden="true" />
        <h3 className="flex-1 text-sm font-semibold">{t('brief.title')}</h3>
        <time
          className="text-xs"
          dateTime={entry.created_at}
          title={formatMoment(entry.created_at, locale)}
        >
          {formatTime(entry.created_at, locale)}
        </time>
      </header>
      {facts ? <Facts facts={facts} /> : <Markdown text={entry.content} />}
      <p className="text-xs">{t('brief.hint')}</p>
    </article>
  );
}

/** A model's words as they are, and everything else in the agent's language. */
function Facts({ facts }: { facts: BriefFacts }) {
  const { t } = useWords();
  const { summary, intent, sentiment, language, page, quotes } = facts;
  return (
    <>
      {summary ? <Markdown text={summary} /> : null}
      <p className="flex flex-wrap gap-1">
        {intent ? <IntentBadge intent={intent} /> : null}
        {isFeeling(sentiment) ? <SentimentBadge sentiment={sentiment} /> : null}
        <LanguageBadge language={language} isShort={false} />
      </p>
      {page ? <p className="text-sm break-all">{t('brief.page', { page })}</p> : null}
      {quotes.length > 0 ? (
        <>
          <p className="text-sm font-medium">{t('brief.quotes')}</p>
          <ul className="flex flex-col gap-1 text-sm">
            {quotes.map((quote) => (
              <li key={quote} dir="auto" className="border-s-2 border-note-line ps-2.5">
                {quote}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

function isFeeling(text: string | null): text is Insight['sentiment'] {
  return text === 'positive' || text === 'neutral' || text === 'negative';
}
