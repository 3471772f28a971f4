// Takes the words of a message along.

import { useState } from 'preact/hooks';
import { Icon } from '../view/icons.tsx';
import type { Words } from '../words.ts';

const SHEETS = 'M9 9h10.5v11H9ZM5 15V4h10';

export function CopyButton({ text, words }: { text: string; words: Words }) {
  const [isCopied, setCopied] = useState(false);
  // Pages on plain http have none.
  if (!navigator.clipboard) return null;
  const label = words.t(isCopied ? 'bubble.copied' : 'bubble.copy');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => {
        // The browser has asked and was refused.
      },
    );
  return (
    <button type="button" class="copy" title={label} aria-label={label} onClick={copy}>
      {isCopied ? <Icon name="check" size={15} /> : <Icon path={SHEETS} size={15} />}
    </button>
  );
}
