// The frame of the pages that list things: title, what they are for, and the one main button.

import type { ReactNode } from 'react';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';

interface AdminPageProps {
  title: string;
  lead: string;
  action?: ReactNode;
  /** Two columns stand side by side in it. */
  isWide?: boolean;
  children: ReactNode;
}

export function AdminPage({ title, lead, action, isWide = false, children }: AdminPageProps) {
  return (
    <main className="h-full overflow-y-auto">
      <div
        className={classes(
          'mx-auto flex flex-col gap-5 px-4 py-6 md:px-8 md:py-8',
          isWide ? 'max-w-6xl' : 'max-w-4xl',
        )}
      >
        <header className="flex flex-wrap items-start gap-3">
          <div className="min-w-60 flex-1">
            <h1 className="text-xl font-semibold">{title}</h1>
            <p className="text-soft">{lead}</p>
          </div>
          {action}
        </header>
        {children}
      </div>
    </main>
  );
}

/** Shows its children to owners and admins, and to others why they do not see them. */
export function ForAdmins({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const { member } = useMe();
  if (member.role !== 'agent') return children;
  return <p className="text-soft">{t('admin.notAllowed')}</p>;
}

interface TabsProps<T extends string> {
  label: string;
  value: T;
  tabs: readonly (readonly [value: T, text: ReactNode])[];
  onChange: (value: T) => void;
}

export function Tabs<T extends string>({ label, value, tabs, onChange }: TabsProps<T>) {
  return (
    <div role="tablist" aria-label={label} className="flex flex-wrap gap-1">
      {tabs.map(([own, text]) => (
        <button
          key={own}
          type="button"
          role="tab"
          aria-selected={own === value}
          onClick={() => onChange(own)}
          className={classes(
            'inline-flex items-center gap-1.5 rounded-lg px-3 py-1.5 text-sm',
            own === value
              ? 'bg-accent-soft font-semibold text-accent'
              : 'text-soft hover:bg-raised',
          )}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

export function Card({ children }: { children: ReactNode }) {
  return (
    <div className="overflow-hidden rounded-2xl border border-line bg-surface">{children}</div>
  );
}
