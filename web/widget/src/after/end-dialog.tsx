// Asks before a conversation is ended; Escape and "keep chatting" lead back.

import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Words } from '../words.ts';
import { keepFocusInside } from '../view/focus.ts';

export function EndDialog(props: { onEnd: () => void; onCancel: () => void; words: Words }) {
  const { onEnd, onCancel, words } = props;
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    ref.current?.querySelector<HTMLElement>('.quiet')?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onCancel();
    } else if (ref.current) keepFocusInside(ref.current, event);
  };
  return (
    <div class="veil">
      <div
        ref={ref}
        class="dialog"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="end-title"
        aria-describedby="end-text"
        onKeyDown={onKeyDown}
      >
        <h3 id="end-title">{words.t('end.title')}</h3>
        <p id="end-text">{words.t('end.text')}</p>
        <div class="choices">
          <button type="button" class="quiet" onClick={onCancel}>
            {words.t('end.cancel')}
          </button>
          <button type="button" class="strong" onClick={onEnd}>
            {words.t('end.confirm')}
          </button>
        </div>
      </div>
    </div>
  );
}
