import { expect, test } from 'vitest';
import { ComingFiles } from './coming-files.ts';

const file = { name: 'prices.pdf' } as File;

test('files count as coming until they are handed on', async () => {
  const coming = new ComingFiles();
  const seen: unknown[] = [];
  const taken = coming.take('a', [Promise.resolve(file), Promise.resolve(file)], (files) => {
    seen.push(files.length, coming.counts.get());
  });
  expect(coming.counts.get()).toEqual({ a: 2 });

  await taken;

  expect(seen).toEqual([2, { a: 2 }]);
  expect(coming.counts.get()).toEqual({});
});

test('a file that cannot be had keeps nobody from sending', async () => {
  const coming = new ComingFiles();
  const taken = coming.take('a', [Promise.resolve(file), Promise.reject(new Error('gone'))], () => {
    throw new Error('half of the files');
  });

  await expect(taken).rejects.toThrow('gone');
  expect(coming.counts.get()).toEqual({});
});
