// Where the visitor writes: Enter sends, Shift+Enter breaks the line, and the limit is told before it hurts.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Words } from '../words.ts';
import { Icon } from './icons.tsx';

interface ComposerProps {
  max_chars: number;
  draft_key: string;
  onWrite: (text: string) => void;
  onSend: (text: string) => void;
  words: Words;
}

/** From this many characters on, the count of those left is shown. */
const TELL_LEFT_AT = 100;
const MAX_HEIGHT_PX = 120;

export function Composer({ max_chars, draft_key, onWrite, onSend, words }: ComposerProps) {
  const [text, setText] = useState('');
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, MAX_HEIGHT_PX)}px`;
  }, [text, draft_key]);
  // The hub counts code points, as this does.
  const left = max_chars - [...text].length;
  const canSend = text.trim() !== '' && left >= 0;
  const send = () => {
    if (!canSend) return;
    onSend(text.trim());
    setText('');
    ref.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={ref}
        rows={1}
        value={text}
        dir="auto"
        aria-label={words.t('composer.label')}
        aria-invalid={left < 0}
        placeholder={words.t('composer.placeholder')}
        onInput={(event) => {
          setText(event.currentTarget.value);
          onWrite(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="send" disabled={!canSend} aria-label={words.t('composer.send')}>
        <Icon name="send" />
      </button>
      {left <= TELL_LEFT_AT ? (
        <p class={left < 0 ? 'left over' : 'left'} role="status">
          {left < 0
            ? words.t('composer.over', { count: -left })
            : words.t('composer.left', { count: left })}
        </p>
      ) : null}
    </form>
  );
}
