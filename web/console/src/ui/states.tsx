// What a place shows while it loads, when it is empty, and when it failed.

import { CircleAlert, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { failureText } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { Button } from './button.tsx';

export function Loading({ text }: { text?: string }) {
  const { t } = useWords();
  return (
    <p role="status" className="flex items-center justify-center gap-2 p-10 text-soft">
      <LoaderCircle size={18} className="animate-spin" aria-hidden="true" />
      {text ?? t('common.loading')}
    </p>
  );
}

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  text?: string;
  children?: ReactNode;
}

export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className="flex flex-col items-center justify-center gap-2 p-10 text-center">
      <span className="mb-1 inline-flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent">
        <Icon size={22} aria-hidden="true" />
      </span>
      <p className="font-semibold">{title}</p>
      {text ? <p className="max-w-[38ch] text-soft">{text}</p> : null}
      {children}
    </div>
  );
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const words = useWords();
  return (
    <Empty icon={CircleAlert} title={words.t('error.title')} text={failureText(error, words)}>
      {onRetry ? (
        <Button className="mt-2" onClick={onRetry}>
          {words.t('common.retry')}
        </Button>
      ) : null}
    </Empty>
  );
}
