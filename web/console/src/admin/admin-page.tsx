// The frame of the pages that list things: title, what they are for, and the one main button.

import type { ReactNode } from 'react';

interface AdminPageProps {
  title: string;
  lead: string;
  action?: ReactNode;
  children: ReactNode;
}

export function AdminPage({ title, lead, action, children }: AdminPageProps) {
  return (
    <main className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-4xl flex-col gap-5 px-4 py-6 md:px-8 md:py-8">
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

export function Card({ children }: { children: ReactNode }) {
  return (
    <div className="overflow-hidden rounded-2xl border border-line bg-surface">{children}</div>
  );
}
