// Words to the assistant, or in its voice to the visitor: two boxes, so that nobody says aloud what was a whisper.

import { MessageCircleWarning, Volume2 } from 'lucide-react';
import { type Ref, useId, useImperativeHandle, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { useCallWords } from './call-words.ts';
import { KeyHint } from './key-hint.tsx';

/** The hub takes no more. */
export const TELL_MAX_CHARS = 2_000;

export interface TellHandle {
  focus(): void;
}

interface TellBoxProps {
  ref: Ref<TellHandle>;
  kind: 'whisper' | 'say';
  isOpen: boolean;
  onTell: (text: string) => void;
}

export function TellBox({ ref, kind, isOpen, onTell }: TellBoxProps) {
  const { t } = useCallWords();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useImperativeHandle(ref, () => ({ focus: () => input.current?.focus() }), []);
  const over = [...text].length - TELL_MAX_CHARS;
  const canTell = isOpen && text.trim() !== '' && over <= 0;
  const isWhisper = kind === 'whisper';
  const hint =
    over > 0
      ? t('tooLong', { count: over })
      : isWhisper || isOpen
        ? t(`${kind}.hint`)
        : t('say.notNow');
  return (
    <form
      className="flex flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (!canTell) return;
        onTell(text.trim());
        setText('');
      }}
    >
      <div className="flex gap-2">
        <input
          ref={input}
          value={text}
          dir="auto"
          disabled={!isOpen && text === ''}
          aria-label={t(`${kind}.label`)}
          aria-describedby={`${id}-hint`}
          aria-keyshortcuts={isWhisper ? 'W' : 'S'}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
          className={classes(
            'h-9 min-w-0 flex-1 rounded-lg border px-3 outline-offset-0 max-md:text-base',
            isWhisper
              ? 'border-note-line bg-note text-note-ink'
              : 'border-line bg-surface disabled:opacity-60',
          )}
        />
        <Button isSmall type="submit" className="h-9" disabled={!canTell}>
          {isWhisper ? (
            <MessageCircleWarning size={15} aria-hidden="true" />
          ) : (
            <Volume2 size={15} aria-hidden="true" />
          )}
          {t(kind)} <KeyHint>{isWhisper ? 'W' : 'S'}</KeyHint>
        </Button>
      </div>
      <p id={`${id}-hint`} className={classes('text-xs', over > 0 ? 'text-danger' : 'text-soft')}>
        {hint}
      </p>
    </form>
  );
}
