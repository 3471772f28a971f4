// What was decided and is not done yet, with the way back.

import { Undo2 } from 'lucide-react';
import { ACTS } from '../acts/act-table.ts';
import { useOffer } from '../acts/use-offer.ts';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';

export function UndoBar() {
  const { t } = useWords();
  const { undo } = useLive();
  const acts = useCell(undo.acts);
  const last = acts.at(-1);
  useOffer(last ? [{ id: 'undo', run: () => undo.undo(last.key) }] : []);
  return (
    <div
      role="status"
      data-testid="undo"
      className="pointer-events-none fixed bottom-20 left-3 z-[60] flex max-w-[calc(100vw-24px)] flex-col gap-2 md:bottom-6 md:left-[98px] md:w-[310px] lg:w-[360px]"
    >
      {acts.map(({ key, text }) => (
        <div
          key={key}
          className="pointer-events-auto flex items-center gap-3 rounded-xl border border-line bg-surface py-1.5 pr-1.5 pl-4 shadow-xl"
        >
          <span className="flex-1 text-sm">{text}</span>
          <Button
            isSmall
            kind="strong"
            title={t('keys.hint', { key: ACTS.undo.key.label })}
            onClick={() => undo.undo(key)}
          >
            <Undo2 size={14} aria-hidden="true" />
            {t('undo.action')}
          </Button>
        </div>
      ))}
    </div>
  );
}
