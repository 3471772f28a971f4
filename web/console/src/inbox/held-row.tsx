// A message that goes in some seconds, with the way back.

import { Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { HeldSend } from '../app/held-sends.ts';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import { Markdown } from '../ui/markdown.tsx';
import { takeBack } from './composer.tsx';
import { look } from './entry-row.tsx';
import { ShownPictures } from './shown-pictures.tsx';

const TICK_MS = 250;

export function HeldRows({ session_id }: { session_id: string }) {
  const items = useCell(useLive().held.items).filter((it) => it.session_id === session_id);
  return items.map((item, at) => (
    <HeldRow key={item.number} item={item} isNewest={at === items.length - 1} />
  ));
}

function HeldRow({ item, isNewest }: { item: HeldSend; isNewest: boolean }) {
  const { t } = useWords();
  const live = useLive();
  const seconds = useSecondsUntil(item.sends_at_ms);
  return (
    <article className="mt-1 flex flex-col items-end gap-1" data-held>
      <ShownPictures attachments={item.extra.attachments ?? []} />
      <div
        hidden={item.content === ''}
        className={classes(
          'max-w-[min(80%,640px)] rounded-2xl border border-dashed border-accent px-3.5 py-2 opacity-80',
          look({ kind: 'message', role: 'agent' }),
        )}
        dir="auto"
      >
        <Markdown text={item.content} />
      </div>
      <p className="flex items-center gap-2 px-1 text-xs text-soft">
        {/* The log is read out as it changes: not every second of it. */}
        <span aria-live="off">{t('held.sends', { count: seconds })}</span>
        {isNewest ? (
          <button
            type="button"
            title={t('keys.hint', { key: 'Ctrl+Z' })}
            className="inline-flex items-center gap-1 font-semibold text-accent underline"
            onClick={() => takeBack(live, item.session_id)}
          >
            <Undo2 size={13} aria-hidden="true" />
            {t('undo.action')}
          </button>
        ) : null}
      </p>
    </article>
  );
}

function useSecondsUntil(atMs: number): number {
  const left = () => Math.max(1, Math.ceil((atMs - Date.now()) / 1_000));
  const [seconds, setSeconds] = useState(left);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is left follows from the moment.
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), TICK_MS);
    return () => clearInterval(timer);
  }, [atMs]);
  return seconds;
}
