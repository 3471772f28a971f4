// Draws a component again whenever a cell changes.

import type { Cell } from '@switchboard/shared/cell.ts';
import { useSyncExternalStore } from 'react';

export function useCell<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.subscribe, cell.get);
}
