// The list of colleagues over a note.

import { useWords } from '../app/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { classes } from '../ui/classes.ts';
import type { Mentionable } from './mentions.ts';
import { MENTION_ID, mentionOptionId } from './use-mention.ts';

interface MentionPickerProps {
  people: readonly Mentionable[];
  at: number;
  onPoint: (at: number) => void;
  onPick: (person: Mentionable) => void;
}

export function MentionPicker({ people, at, onPoint, onPick }: MentionPickerProps) {
  const { t } = useWords();
  return (
    <div
      id={MENTION_ID}
      role="listbox"
      aria-label={t('mention.title')}
      className="absolute bottom-full left-0 z-20 mb-2 max-h-[min(40dvh,280px)] w-[min(100%,320px)] overflow-y-auto rounded-xl border border-line bg-surface p-1.5 shadow-xl"
    >
      {people.map((person, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the composer has the focus and moves the options by its own keys.
        <div
          key={person.id}
          id={mentionOptionId(person)}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onMouseDown={(event) => event.preventDefault()}
          onMouseMove={() => onPoint(index)}
          onClick={() => onPick(person)}
          className={classes(
            'flex cursor-pointer items-center gap-2 rounded-lg px-2 py-1.5 text-sm',
            index === at && 'bg-accent-soft',
          )}
        >
          <Avatar id={person.id} name={person.name} isSmall />
          <span className="truncate">{person.name}</span>
        </div>
      ))}
    </div>
  );
}
