// One line across the top of every page, about what holds just now, with what can be done about it.

import type { ReactNode } from 'react';

interface TopBarProps {
  testId: string;
  children: ReactNode;
}

export function TopBar({ testId, children }: TopBarProps) {
  return (
    <p
      role="status"
      data-testid={testId}
      className="flex flex-wrap items-center justify-center gap-x-3 bg-warn-soft px-4 py-1.5 text-center text-sm text-warn [overflow-wrap:anywhere]"
    >
      {children}
    </p>
  );
}

interface TopBarButtonProps {
  isDisabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

export function TopBarButton({ isDisabled = false, onClick, children }: TopBarButtonProps) {
  return (
    <button
      type="button"
      className="font-semibold underline"
      disabled={isDisabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
