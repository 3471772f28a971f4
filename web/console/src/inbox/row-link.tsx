// The link of a row. The router's own one follows all of the router's state, which a list of many rows has no use for.

import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

interface RowLinkProps {
  id: string;
  isOpened: boolean;
  className: string;
  /** Before anything else; what it prevents is not opened. */
  onPress: (id: string, event: MouseEvent) => void;
  children: ReactNode;
}

export function RowLink({ id, isOpened, className, onPress, children }: RowLinkProps) {
  const router = useRouter();
  return (
    <a
      href={`${router.basepath}/inbox/${encodeURIComponent(id)}`}
      aria-current={isOpened ? 'page' : undefined}
      className={className}
      onClick={(event) => {
        onPress(id, event);
        if (event.defaultPrevented || isForBrowser(event)) return;
        event.preventDefault();
        void router.navigate({ to: '/inbox/$id', params: { id } });
      }}
    >
      {children}
    </a>
  );
}

/** Opens elsewhere, or is saved. */
function isForBrowser({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return button !== 0 || metaKey || ctrlKey || shiftKey || altKey;
}
