// The box of a row: there while the row is pointed at or has the focus, and in every row once one is picked.

import { Check } from 'lucide-react';
import type { MouseEvent } from 'react';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';

interface PickBoxProps {
  name: string;
  isPicked: boolean;
  /** Whether its conversation is open, which colours the row. */
  isOpened: boolean;
  isShown: boolean;
  onPick: (event: MouseEvent) => void;
}

/**
 * A button, so that single keys still are commands when it has the focus. It covers the picture of the visitor, and stands
 * behind a `peer`, the link of its row, which shows it: a `group` around both would have the browser look at every part of a
 * row that the pointer enters while one scrolls.
 */
export function PickBox({ name, isPicked, isOpened, isShown, onPick }: PickBoxProps) {
  const { t } = useWords();
  return (
    // biome-ignore lint/a11y/useSemanticElements: in a field of the page single keys would be no commands.
    <button
      type="button"
      role="checkbox"
      aria-checked={isPicked}
      aria-label={t('bulk.pick', { name })}
      onClick={onPick}
      className={classes(
        'absolute top-2 left-[14px] grid size-11 place-items-center rounded-xl',
        isPicked || isOpened ? 'bg-accent-soft' : 'bg-surface hover:bg-raised peer-hover:bg-raised',
        isShown
          ? ''
          : 'opacity-0 hover:opacity-100 focus-visible:opacity-100 peer-hover:opacity-100 peer-focus-visible:opacity-100 [@media(hover:none)]:pointer-events-none',
      )}
    >
      <span
        className={classes(
          'grid size-5 place-items-center rounded-md border-2',
          isPicked ? 'border-accent bg-accent text-on-accent' : 'border-soft',
        )}
      >
        {isPicked ? <Check size={14} strokeWidth={3} aria-hidden="true" /> : null}
      </span>
    </button>
  );
}
