import { Failure } from '@switchboard/shared/errors.ts';
import type { Attachment } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { type FileChanges, saveFiles } from './save-files.ts';

const file = (id: string) => ({ id, name: id }) as Attachment;
const picked = (name: string) => ({ name }) as File;

/** The files of one reply on the server, and a dialog that was opened on some of them. */
function build(stored: string[], opened: string[]) {
  const known = opened.map(file);
  let changes: FileChanges = { stays: known.slice(), added: [] };
  let refused: string | null = null;
  const change = (next: FileChanges) => {
    changes = next;
  };
  const save = () =>
    saveFiles(known, () => changes, change, {
      remove: async ({ id }) => {
        if (!stored.includes(id)) throw new Failure('not_found', '');
        stored.splice(stored.indexOf(id), 1);
      },
      add: async ({ name }) => {
        if (name === refused) throw new Failure('too_large', '');
        stored.push(name);
        return file(name);
      },
    });
  const refuse = (name: string | null) => {
    refused = name;
  };
  return { stored, save, change, refuse, changes: () => changes };
}

describe('the files of a canned reply', () => {
  it('go where the agent took them out, and never what a colleague added since', async () => {
    const { stored, save, change } = build(['a', 'b', 'colleague'], ['a', 'b']);
    change({ stays: [file('b')], added: [picked('new')] });

    await save();

    expect(stored).toEqual(['b', 'colleague', 'new']);
  });

  it('may have been taken out by a colleague already', async () => {
    const { stored, save, change } = build(['b'], ['a', 'b']);
    change({ stays: [], added: [] });

    await save();

    expect(stored).toEqual([]);
  });

  it('are stored once, however often one is refused, and can be taken out after that', async () => {
    const { stored, save, change, refuse, changes } = build([], []);
    change({ stays: [], added: [picked('one'), picked('large')] });
    refuse('large');
    await expect(save()).rejects.toThrow();
    expect([stored, changes().added.length]).toEqual([['one'], 1]);

    change({ stays: [], added: [] });
    await save();

    expect(stored).toEqual([]);
  });
});
