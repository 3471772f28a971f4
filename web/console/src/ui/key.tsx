// A key of the keyboard, as it is drawn in lists of commands.

import type { ReactNode } from 'react';

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="min-w-7 shrink-0 rounded-md border border-line bg-raised px-2 py-0.5 text-center text-xs">
      {children}
    </kbd>
  );
}
