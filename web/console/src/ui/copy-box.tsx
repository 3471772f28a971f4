// Text to take elsewhere, with a button that copies it.

import { Check, Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { useWords } from '../app/words.ts';
import { Button } from './button.tsx';

export function CopyBox({ text, label }: { text: string; label: string }) {
  const { t } = useWords();
  const ref = useRef<HTMLElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // No clipboard on plain http: the text is selected, and Ctrl+C does the rest.
      if (ref.current) getSelection()?.selectAllChildren(ref.current);
    }
  };
  return (
    <div className="flex items-start gap-2 rounded-lg border border-line bg-ground p-2 pl-3">
      <code ref={ref} title={label} className="min-w-0 flex-1 py-1 text-[13px] break-all">
        {text}
      </code>
      <Button isSmall onClick={() => void copy()}>
        {isCopied ? <Check size={15} /> : <Copy size={15} />}
        {isCopied ? t('common.copied') : t('common.copy')}
      </Button>
    </div>
  );
}
