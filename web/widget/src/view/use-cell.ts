// Draws a component again whenever a cell changes.

import type { Cell } from '@switchboard/shared/cell.ts';
import { useLayoutEffect, useState } from 'preact/hooks';

export function useCell<T>(cell: Cell<T>): T {
  const [, redraw] = useState({});
  // A layout effect: an ordinary one subscribes too late and misses a change.
  useLayoutEffect(() => {
    redraw({});
    return cell.subscribe(() => redraw({}));
  }, [cell]);
  return cell.get();
}
