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

/** Of a row that is coloured, and of others. */
const LOOKS = {
  shown: {
    marked: 'bg-accent-soft',
    plain: 'bg-surface hover:bg-raised link-hover:bg-raised',
  },
  coming: {
    marked:
      'hover:bg-accent-soft focus-visible:bg-accent-soft link-hover:bg-accent-soft link-focus:bg-accent-soft',
    plain: 'focus-visible:bg-surface link-focus:bg-surface hover:bg-raised link-hover:bg-raised',
  },
} as const;

/**
 * A button, so that single keys still are commands when it has the focus. It covers the picture of the visitor, and stands
 * behind the link of its row, which shows it.
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
        LOOKS[isShown ? 'shown' : 'coming'][isPicked || isOpened ? 'marked' : 'plain'],
        !isShown && 'box-coming [@media(hover:none)]:pointer-events-none',
      )}
    >
      <span
        className={classes(
          'box-sign grid size-5 place-items-center rounded-md border-2',
          isPicked ? 'border-accent bg-accent text-on-accent' : 'border-soft',
        )}
      >
        {isPicked ? <Check size={14} strokeWidth={3} aria-hidden="true" /> : null}
      </span>
    </button>
  );
}
