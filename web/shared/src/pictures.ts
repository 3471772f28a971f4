// Pictures, and other files where they are taken, that are picked but not sent: checked, uploaded one after the other, and told apart when one fails.

import { Cell } from './cell.ts';
import { Failure } from './errors.ts';
import { PICTURE_TYPES } from './picture-types.ts';
import type { Attachment } from './wire.ts';

/** What is known of a file before it is read; a browser's `File` is one. */
export interface PickedFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

export interface Picture<F extends PickedFile> {
  key: string;
  file: F;
  status: 'waiting' | 'uploading' | 'ready' | 'failed';
  /** Between 0 and 1, while it is uploading. */
  progress: number;
  attachment: Attachment | null;
  problem: PictureProblem | null;
}

/** `kind`, `count` and `size` are known here; `hub` comes with the hub's own words, which may be final. */
export type PictureProblem =
  | { why: 'kind' }
  | { why: 'count' }
  | { why: 'size'; max_bytes: number }
  | { why: 'connection' }
  | { why: 'hub'; text: string; isFinal: boolean };

/** One upload under way. */
export interface Upload {
  done: Promise<Attachment>;
  cancel(): void;
}

export type StartUpload<F extends PickedFile> = (
  sessionId: string,
  file: F,
  onProgress: (share: number) => void,
) => Upload;

/** What is taken: of which types, and how large a file of a type may be. */
export interface Accepted {
  types: readonly string[];
  maxBytes(type: string): number;
}

const PICTURES_ONLY: Accepted = { types: PICTURE_TYPES, maxBytes: () => Number.POSITIVE_INFINITY };
/** As many as one message may name. */
export const MAX_PICTURES = 10;

export class Pictures<F extends PickedFile> {
  readonly items = new Cell<readonly Picture<F>[]>([]);
  #start: StartUpload<F>;
  #accepted: () => Accepted;
  #uploads = new Map<string, Upload>();
  #number = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(start: StartUpload<F>, accepted: () => Accepted = () => PICTURES_ONLY) {
    this.#start = start;
    this.#accepted = accepted;
  }

  /** Takes files in; where the conversation is known they are uploaded at once. */
  add(files: readonly F[], sessionId: string | null): void {
    for (const file of files) {
      this.#number += 1;
      const problem = this.#problemOf(file);
      const picture: Picture<F> = {
        key: `picture-${this.#number}`,
        file,
        status: problem ? 'failed' : 'waiting',
        progress: 0,
        attachment: null,
        problem,
      };
      this.items.update((items) => [...items, picture]);
    }
    if (sessionId) void this.upload(sessionId);
  }

  remove(key: string): void {
    this.#uploads.get(key)?.cancel();
    this.#uploads.delete(key);
    this.items.update((items) => items.filter((it) => it.key !== key));
  }

  retry(key: string, sessionId: string | null): void {
    this.#change(key, { status: 'waiting', progress: 0, problem: null });
    if (sessionId) void this.upload(sessionId);
  }

  clear(): void {
    for (const { key } of this.items.get()) this.remove(key);
  }

  /** Uploads what waits; the attachments of all, or null where one of them did not get there. */
  async upload(sessionId: string): Promise<Attachment[] | null> {
    this.#queue = this.#queue.then(() => this.#uploadWaiting(sessionId));
    await this.#queue;
    const attachments = this.items.get().map((it) => it.attachment);
    const ready = attachments.filter((it) => it !== null);
    return ready.length === attachments.length ? ready : null;
  }

  async #uploadWaiting(sessionId: string): Promise<void> {
    for (;;) {
      const next = this.items.get().find((it) => it.status === 'waiting');
      if (!next) return;
      await this.#uploadOne(sessionId, next);
    }
  }

  async #uploadOne(sessionId: string, { key, file }: Picture<F>): Promise<void> {
    this.#change(key, { status: 'uploading' });
    const upload = this.#start(sessionId, file, (progress) => this.#change(key, { progress }));
    this.#uploads.set(key, upload);
    try {
      const attachment = await upload.done;
      this.#change(key, { status: 'ready', progress: 1, attachment });
    } catch (error) {
      this.#change(key, { status: 'failed', problem: problemOfFailure(error) });
    } finally {
      this.#uploads.delete(key);
    }
  }

  #problemOf(file: F): PictureProblem | null {
    const { types, maxBytes } = this.#accepted();
    // Browsers know few types by a file's name; of the others the hub looks at the content.
    if (file.type !== '' && !types.includes(file.type)) return { why: 'kind' };
    if (file.type === '' && types === PICTURE_TYPES) return { why: 'kind' };
    const max = maxBytes(file.type);
    if (file.size > max) return { why: 'size', max_bytes: max };
    const count = this.items.get().filter((it) => it.problem?.why !== 'kind').length;
    return count >= MAX_PICTURES ? { why: 'count' } : null;
  }

  #change(key: string, change: Partial<Picture<F>>): void {
    this.items.update((items) => items.map((it) => (it.key === key ? { ...it, ...change } : it)));
  }
}

function problemOfFailure(error: unknown): PictureProblem {
  if (!(error instanceof Failure)) return { why: 'hub', text: String(error), isFinal: false };
  if (error.code === 'disconnected' || error.code === 'timeout') return { why: 'connection' };
  return { why: 'hub', text: error.message, isFinal: !error.retry };
}

/** Whether the same picture may be accepted another time. */
export function canRetry(problem: PictureProblem | null): boolean {
  return problem?.why === 'connection' || (problem?.why === 'hub' && !problem.isFinal);
}
