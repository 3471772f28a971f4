import type { BulkView } from '../bulk/bulk-run.ts';
import { Cell } from '@switchboard/shared/cell.ts';
import { expect, test } from 'vitest';
import { newestUndo } from './newest-undo.ts';
import type { PendingAct } from './undo.ts';

function taken(acts: PendingAct[], view: Partial<BulkView> | null): string[] {
  const log: string[] = [];
  newestUndo(
    { acts: new Cell<readonly PendingAct[]>(acts), undo: (key) => void log.push(key) },
    {
      view: new Cell(view as BulkView | null),
      stop: () => void log.push('stop'),
      undo: () => void log.push('undo'),
    },
  )?.();
  return log;
}

const act = (key: string, atMs: number) => ({ key, text: key, decided_at_ms: atMs });

test('the newest act is taken back, in whichever way it was done', () => {
  const [one, two] = [act('one', 1), act('two', 3)];
  expect(taken([one, two], { kind: 'waiting', decided_at_ms: 2 })).toEqual(['two']);
  expect(taken([one], { kind: 'waiting', decided_at_ms: 2 })).toEqual(['stop']);
  expect(taken([one], { kind: 'finished', canUndo: true, decided_at_ms: 2 })).toEqual(['undo']);
  expect(taken([one], { kind: 'running', canUndo: false, decided_at_ms: 2 })).toEqual(['one']);
  expect(taken([], null)).toEqual([]);
});
