// Draws a component again whenever a cell changes, or the part of it that the component shows.

import type { Cell } from '@switchboard/shared/cell.ts';
import { useSyncExternalStore } from 'react';

export function useCell<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.subscribe, cell.get);
}

/** `part` returns the same value for as long as nothing of it has changed: a field, a number, a text. */
export function useCellPart<T, Part>(cell: Cell<T>, part: (value: T) => Part): Part {
  return useSyncExternalStore(cell.subscribe, () => part(cell.get()));
}
