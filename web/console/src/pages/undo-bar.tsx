// What was decided and is not done yet, with the way back.

import { Undo2 } from 'lucide-react';
import { useEffect } from 'react';
import { isCommand } from '../app/keys.ts';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';

export function UndoBar() {
  const { t } = useWords();
  const { undo } = useLive();
  const acts = useCell(undo.acts);
  const last = acts.at(-1);
  useEffect(() => {
    if (!last) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'z' || !isCommand(event)) return;
      event.preventDefault();
      undo.undo(last.key);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [undo, last]);
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
            title={t('keys.hint', { key: 'Z' })}
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
