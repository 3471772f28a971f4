// Which act the undo key takes back: the newest of those that can be, in one conversation or in many.

import type { BulkRun } from '../bulk/bulk-run.ts';
import type { UndoList } from './undo.ts';

/** Null where nothing can be taken back. */
export function newestUndo(
  undo: Pick<UndoList, 'acts' | 'undo'>,
  bulk: Pick<BulkRun, 'view' | 'stop' | 'undo'>,
): (() => void) | null {
  const last = undo.acts.get().at(-1);
  const view = bulk.view.get();
  const many =
    view?.kind === 'waiting' ? () => bulk.stop() : view?.canUndo ? () => bulk.undo() : null;
  if (view && many && (!last || view.decided_at_ms > last.decided_at_ms)) return many;
  return last ? () => undo.undo(last.key) : null;
}
