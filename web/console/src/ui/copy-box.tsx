// Text to take elsewhere, with a button that copies it.

import { Check, Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { useWords } from '../app/words.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';

interface CopyBoxProps {
  text: string;
  label: string;
  /** Whether its lines stay as they are. */
  isCode?: boolean;
}

export function CopyBox({ text, label, isCode }: CopyBoxProps) {
  const { t } = useWords();
  const ref = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      // No clipboard on plain http: the text is selected, and Ctrl+C does the rest.
      if (ref.current) getSelection()?.selectAllChildren(ref.current);
    }
  };
  return (
    <div className="flex items-start gap-2 rounded-lg border border-line bg-ground p-2 pl-3">
      <code
        ref={ref}
        title={label}
        className={classes(
          'min-w-0 flex-1 py-1 text-[13px] break-all',
          isCode && 'whitespace-pre-wrap',
        )}
      >
        {text}
      </code>
      <Button isSmall onClick={() => void copy()}>
        {copied === text ? <Check size={15} /> : <Copy size={15} />}
        {copied === text ? t('common.copied') : t('common.copy')}
      </Button>
    </div>
  );
}
