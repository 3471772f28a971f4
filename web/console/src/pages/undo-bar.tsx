// What was decided and is not done yet, with the way back: in one conversation and in many, one above the other.

import { Undo2 } from 'lucide-react';
import { ACTS } from '../acts/act-table.ts';
import { useOffer } from '../acts/use-offer.ts';
import { useLive } from '../app/live-context.tsx';
import { newestUndo } from '../app/newest-undo.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { BulkStatus } from '../bulk/bulk-status.tsx';
import { Button } from '../ui/button.tsx';

export function UndoStack() {
  const { undo, bulk } = useLive();
  useCell(undo.acts);
  useCell(bulk.view);
  const takeBack = newestUndo(undo, bulk);
  useOffer(takeBack ? [{ id: 'undo', run: takeBack }] : []);
  return (
    <div className="pointer-events-none fixed bottom-20 left-3 z-[60] flex max-w-[calc(100vw-24px)] flex-col md:bottom-6 md:left-[98px] md:w-[310px] lg:w-[360px]">
      <BulkStatus />
      <UndoBar />
    </div>
  );
}

function UndoBar() {
  const { t } = useWords();
  const { undo } = useLive();
  const acts = useCell(undo.acts);
  return (
    <div role="status" data-testid="undo">
      {acts.map(({ key, text }) => (
        <div
          key={key}
          className="pointer-events-auto mt-2 flex items-center gap-3 rounded-xl border border-line bg-surface py-1.5 pr-1.5 pl-4 shadow-xl"
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
