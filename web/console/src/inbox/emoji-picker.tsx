// The list of signs over the composer.

import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import type { FoundSign } from './emoji.ts';
import { EMOJI_ID, emojiOptionId } from './use-emoji.ts';

interface EmojiPickerProps {
  signs: readonly FoundSign[];
  at: number;
  onPoint: (at: number) => void;
  onPick: (sign: FoundSign) => void;
}

export function EmojiPicker({ signs, at, onPoint, onPick }: EmojiPickerProps) {
  const { t } = useWords();
  return (
    <div
      id={EMOJI_ID}
      role="listbox"
      aria-label={t('emoji.title')}
      className="absolute bottom-full left-0 z-20 mb-2 max-h-[min(40dvh,320px)] w-[min(100%,280px)] overflow-y-auto rounded-xl border border-line bg-surface p-1.5 shadow-xl"
    >
      {signs.map((it, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the composer has the focus and moves the options by its own keys.
        <div
          key={it.sign}
          id={emojiOptionId(index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onMouseDown={(event) => event.preventDefault()}
          onMouseMove={() => onPoint(index)}
          onClick={() => onPick(it)}
          className={classes(
            'flex cursor-pointer items-center gap-2.5 rounded-lg px-2 py-1.5 text-sm',
            index === at && 'bg-accent-soft',
          )}
        >
          <span className="text-lg leading-6">{it.sign}</span>
          <span className="truncate text-soft">:{it.word}</span>
        </div>
      ))}
    </div>
  );
}
