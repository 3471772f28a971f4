import { Cell } from '@switchboard/shared/cell.ts';
import type { ConnectionState } from '@switchboard/shared/connection.ts';
import { expect, test } from 'vitest';
import { Focus } from './focus.ts';

function makeFocus() {
  const told: (string | null)[] = [];
  const state = new Cell<ConnectionState>({ kind: 'idle' });
  const page = { isLooking: true };
  const tell = (_event: string, data: unknown) =>
    void told.push((data as { session_id: string | null }).session_id);
  const focus = new Focus({ tell, state } as never, () => page.isLooking);
  focus.start();
  const open = () => state.set({ kind: 'open', draining: false } as ConnectionState);
  return { told, state, page, focus, open };
}

test('each change is told once, and a new connection is told anew', () => {
  const { told, state, focus, open } = makeFocus();
  const leave = focus.show('a');
  expect(told).toEqual([]);
  open();
  focus.refresh();
  expect(told).toEqual(['a']);
  state.set({ kind: 'idle' });
  open();
  expect(told).toEqual(['a', 'a']);
  leave();
  expect(told).toEqual(['a', 'a', null]);
});

test('a page without attention looks at nothing', () => {
  const { told, page, focus, open } = makeFocus();
  open();
  focus.show('a');
  page.isLooking = false;
  focus.refresh();
  page.isLooking = true;
  focus.refresh();
  expect(told).toEqual(['a', null, 'a']);
});

test('the next conversation comes before the last one leaves', () => {
  const { told, focus, open } = makeFocus();
  open();
  const leave = focus.show('a');
  focus.show('b');
  leave();
  expect(told).toEqual(['a', 'b']);
});
