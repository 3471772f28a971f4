// What a visitor agreed to before they wrote, and when.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { formatMoment } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { useVisitor } from './use-visitor.ts';

export function VisitorConsents({ visitor }: Pick<ConversationSummary, 'visitor'>) {
  const { t, locale } = useWords();
  const consents = useVisitor(visitor)?.consents ?? [];
  if (consents.length === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-xs font-semibold text-soft">{t('consents.title')}</h3>
      <ul aria-label={t('consents.title')} className="flex flex-col gap-2 text-sm">
        {consents.map(({ text, accepted_at }) => (
          <li key={accepted_at} className="min-w-0 break-words">
            <span dir="auto">{text}</span>
            <span className="block text-xs text-soft">{formatMoment(accepted_at, locale)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
