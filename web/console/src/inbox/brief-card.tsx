// What an agent should know who comes now, written as a handoff was asked for.

import type { Entry } from '@switchboard/shared/wire.ts';
import { ClipboardList } from 'lucide-react';
import { formatMoment, formatTime } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { Markdown } from '../ui/markdown.tsx';

export function BriefCard({ entry }: { entry: Entry }) {
  const { t, locale } = useWords();
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
      <Markdown text={entry.content} />
      <p className="text-xs">{t('brief.hint')}</p>
    </article>
  );
}
