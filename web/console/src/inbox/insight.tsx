// What the newest message of a visitor is about and how they feel, in words beside a sign.

import type { Insight } from '@switchboard/shared/wire.ts';
import { Frown, Languages, Meh, Smile, Tag } from 'lucide-react';
import { languageName } from '../app/format.ts';
import { type WordKey, useWords } from '../app/words.ts';
import { Badge, type Tone } from '../ui/badge.tsx';

const FEELINGS = {
  positive: ['ok', Smile],
  neutral: ['plain', Meh],
  negative: ['danger', Frown],
} as const satisfies Record<Insight['sentiment'], readonly [Tone, typeof Smile]>;

const INTENTS: Readonly<Record<string, WordKey>> = {
  refund: 'intent.refund',
  order: 'intent.order',
  booking: 'intent.booking',
  pricing: 'intent.pricing',
  stock: 'intent.stock',
  technical: 'intent.technical',
  complaint: 'intent.complaint',
  thanks: 'intent.thanks',
  greeting: 'intent.greeting',
  question: 'intent.question',
};

export function SentimentBadge({ sentiment }: { sentiment: Insight['sentiment'] }) {
  const { t } = useWords();
  const [tone, Icon] = FEELINGS[sentiment] ?? FEELINGS.neutral;
  return (
    <Badge tone={tone}>
      <Icon size={12} aria-hidden="true" />
      {t(`sentiment.${sentiment}`)}
    </Badge>
  );
}

export function IntentBadge({ intent }: Pick<Insight, 'intent'>) {
  const { t } = useWords();
  const word = INTENTS[intent];
  return (
    <Badge tone="accent">
      <Tag size={12} aria-hidden="true" />
      {word ? t(word) : intent}
    </Badge>
  );
}

export function InsightBadges({ insight }: { insight: Insight | null }) {
  if (!insight) return null;
  return (
    <span className="flex flex-wrap gap-1" data-testid="insight">
      <IntentBadge intent={insight.intent} />
      <SentimentBadge sentiment={insight.sentiment} />
      <LanguageBadge language={insight.language} isShort={false} />
    </span>
  );
}

/** Only where it is known and not the agent's own: everything else is noise on every row. */
export function LanguageBadge({
  language,
  isShort,
}: {
  language: string | null;
  isShort: boolean;
}) {
  const { locale } = useWords();
  if (!language || language === 'und' || language.split('-')[0] === locale) return null;
  return (
    <Badge>
      <Languages size={12} aria-hidden="true" />
      {isShort ? language.toUpperCase() : languageName(language, locale)}
    </Badge>
  );
}
