// Short news at the edge of the screen, gone after a while.

import { Cell } from '@switchboard/shared/cell.ts';

export interface Toast {
  id: number;
  kind: 'good' | 'bad';
  text: string;
}

const SHOWN_MS = 6_000;

export const toasts = new Cell<readonly Toast[]>([]);
let lastId = 0;

export function toast(kind: Toast['kind'], text: string): void {
  lastId += 1;
  const id = lastId;
  toasts.update((all) => [...all.slice(-3), { id, kind, text }]);
  setTimeout(() => dismissToast(id), SHOWN_MS);
}

export function dismissToast(id: number): void {
  toasts.update((all) => all.filter((it) => it.id !== id));
}
