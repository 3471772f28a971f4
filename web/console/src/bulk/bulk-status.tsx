// How an act in many conversations goes on, on whatever page: progress, stop, what was refused, and the way back.

import { Undo2, X } from 'lucide-react';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Button, IconButton } from '../ui/button.tsx';
import type { BulkView } from './bulk-run.ts';
import { bulkText, refusedText } from './bulk-words.ts';

export function BulkStatus() {
  const { bulk } = useLive();
  const view = useCell(bulk.view);
  return (
    <div role="status" data-testid="bulk">
      {view ? <Box view={view} /> : null}
    </div>
  );
}

function Box({ view }: { view: BulkView }) {
  const words = useWords();
  const refused = refusedText(view, words);
  const isWaiting = view.kind === 'waiting';
  const isMoving = view.kind === 'running' || view.kind === 'undoing';
  return (
    <div className="pointer-events-auto flex flex-col gap-1.5 rounded-xl border border-line bg-surface py-2 pr-2 pl-4 shadow-xl">
      <div className="flex items-center gap-2">
        {/* The seconds are not read out one by one: that it waits is, once. */}
        <span className="min-w-0 flex-1 text-sm" aria-hidden={isWaiting}>
          {bulkText(view, words)}
        </span>
        {isWaiting ? (
          <span className="sr-only">{words.t('bulk.close.soon', { count: view.total })}</span>
        ) : null}
        <Buttons view={view} />
      </div>
      {isMoving ? <Progress view={view} /> : null}
      {refused ? <span className="pr-2 text-sm text-danger">{refused}</span> : null}
    </div>
  );
}

function Buttons({ view }: { view: BulkView }) {
  const { t } = useWords();
  const { bulk } = useLive();
  switch (view.kind) {
    case 'waiting':
      return (
        <Button isSmall kind="strong" onClick={() => bulk.stop()}>
          {t('common.cancel')}
        </Button>
      );
    case 'running':
    case 'undoing':
      return (
        <Button isSmall disabled={view.isStopped} onClick={() => bulk.stop()}>
          {t('bulk.stop')}
        </Button>
      );
    default:
      return (
        <>
          {view.canUndo ? (
            <Button isSmall kind="strong" onClick={() => bulk.undo()}>
              <Undo2 size={14} aria-hidden="true" />
              {t('undo.action')}
            </Button>
          ) : null}
          <IconButton label={t('common.dismiss')} onClick={() => bulk.dismiss()} className="size-8">
            <X size={16} />
          </IconButton>
        </>
      );
  }
}

function Progress({ view }: { view: BulkView }) {
  const refused = Object.values(view.refused).reduce((sum, it) => sum + it, 0);
  const percent = view.total === 0 ? 100 : Math.round(((view.done + refused) / view.total) * 100);
  return (
    // Its text says the same to readers of the screen.
    <div aria-hidden="true" className="mr-2 mb-1 h-1.5 overflow-hidden rounded-full bg-raised">
      <div className="h-full rounded-full bg-accent" style={{ width: `${percent}%` }} />
    </div>
  );
}
