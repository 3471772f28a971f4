// Gives a list the focus on a fresh page, where nothing else has it, so that its keys work at once.

import { type RefObject, useEffect } from 'react';

export function useFirstFocus(ref: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) ref.current?.focus({ preventScroll: true });
  }, [ref]);
}
