// Draws the short news.

import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { dismissToast, toasts } from '../app/toasts.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { IconButton } from './button.tsx';

export function Toaster() {
  const { t } = useWords();
  const all = useCell(toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-3 bottom-20 z-[60] flex flex-col items-center gap-2 md:bottom-6"
    >
      {all.map(({ id, kind, text }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-md items-center gap-2.5 rounded-xl border border-line bg-surface py-1.5 pr-1.5 pl-4 shadow-xl"
        >
          {kind === 'good' ? (
            <CircleCheck size={18} className="shrink-0 text-ok" aria-hidden="true" />
          ) : (
            <CircleAlert size={18} className="shrink-0 text-danger" aria-hidden="true" />
          )}
          <span className="text-sm">{text}</span>
          <IconButton label={t('common.dismiss')} onClick={() => dismissToast(id)}>
            <X size={16} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
