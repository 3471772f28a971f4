import { describe, expect, it } from 'vitest';
import { Failure } from './errors.ts';
import { canRetry, MAX_PICTURES, type PickedFile, Pictures, type StartUpload } from './pictures.ts';
import type { Attachment } from './wire.ts';

const PNG: PickedFile = { name: 'lamp.png', type: 'image/png', size: 10 };

function attachment(name: string): Attachment {
  return { id: `id of ${name}`, name, content_type: 'image/png', bytes: 10 };
}

class Uploads {
  readonly started: string[] = [];
  readonly cancelled: string[] = [];
  failNext: Failure | null = null;
  #running = 0;
  most_at_once = 0;

  start: StartUpload<PickedFile> = (sessionId, file, onProgress) => {
    this.started.push(`${sessionId}: ${file.name}`);
    const failure = this.failNext;
    this.failNext = null;
    this.#running += 1;
    this.most_at_once = Math.max(this.most_at_once, this.#running);
    const done = Promise.resolve().then(() => {
      onProgress(0.5);
      this.#running -= 1;
      if (failure) throw failure;
      return attachment(file.name);
    });
    return { done, cancel: () => this.cancelled.push(file.name) };
  };
}

function open() {
  const uploads = new Uploads();
  return { uploads, pictures: new Pictures<PickedFile>(uploads.start) };
}

describe('pictures', () => {
  it('wait for a conversation, then go one after the other', async () => {
    const { uploads, pictures } = open();
    pictures.add([PNG, { ...PNG, name: 'foot.png' }], null);
    expect(uploads.started).toEqual([]);

    const sent = await pictures.upload('s');

    expect(uploads.started).toEqual(['s: lamp.png', 's: foot.png']);
    expect(uploads.most_at_once).toBe(1);
    expect(sent).toEqual([attachment('lamp.png'), attachment('foot.png')]);
  });

  it('are uploaded once, however often they are asked for', async () => {
    const { uploads, pictures } = open();
    pictures.add([PNG], 's');

    await Promise.all([pictures.upload('s'), pictures.upload('s')]);

    expect(uploads.started).toEqual(['s: lamp.png']);
  });

  it('of another kind never leave the device', async () => {
    const { uploads, pictures } = open();
    pictures.add([{ name: 'a.pdf', type: 'application/pdf', size: 1 }], 's');

    expect(await pictures.upload('s')).toBeNull();
    expect(pictures.items.get()[0]?.problem).toEqual({ why: 'kind' });
    expect(uploads.started).toEqual([]);
  });

  it('beyond ten say so', () => {
    const { pictures } = open();
    pictures.add(
      Array.from({ length: MAX_PICTURES + 1 }, () => PNG),
      null,
    );

    expect(pictures.items.get().filter((it) => it.problem?.why === 'count')).toHaveLength(1);
  });

  it('that fail keep the words of the hub, and go on when tried again', async () => {
    const { uploads, pictures } = open();
    uploads.failNext = new Failure('unavailable', 'no room just now', { retry: true });
    pictures.add([PNG], null);

    expect(await pictures.upload('s')).toBeNull();
    const failed = pictures.items.get()[0];
    expect(failed?.problem).toEqual({ why: 'hub', text: 'no room just now', isFinal: false });
    expect(canRetry(failed?.problem ?? null)).toBe(true);

    pictures.retry(failed?.key ?? '', null);
    expect(await pictures.upload('s')).toEqual([attachment('lamp.png')]);
  });

  it('that are too large are not offered another try', async () => {
    const { uploads, pictures } = open();
    uploads.failNext = new Failure('too_large', 'a picture has at most 5 MiB');
    pictures.add([PNG], null);
    await pictures.upload('s');

    const problem = pictures.items.get()[0]?.problem ?? null;
    expect(problem).toMatchObject({ text: 'a picture has at most 5 MiB' });
    expect(canRetry(problem)).toBe(false);
  });

  it('taken away are cancelled and do not come back', async () => {
    const { uploads, pictures } = open();
    pictures.add([PNG], 's');
    await Promise.resolve();

    pictures.remove(pictures.items.get()[0]?.key ?? '');

    expect(await pictures.upload('s')).toEqual([]);
    expect(uploads.cancelled).toEqual(['lamp.png']);
    expect(pictures.items.get()).toEqual([]);
  });
});
