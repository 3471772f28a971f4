// Stores what became of a canned reply's files in its dialog: what the agent took out goes, what they added comes.

import { Failure } from '@switchboard/shared/errors.ts';
import type { Attachment } from '@switchboard/shared/wire.ts';

/** What is to become of a reply's files when it is saved. */
export interface FileChanges {
  stays: readonly Attachment[];
  added: readonly File[];
}

interface Files {
  remove: (file: Attachment) => Promise<unknown>;
  add: (file: File) => Promise<Attachment>;
}

/**
 * One after the other; what is done is not done again when a later one is refused. `known`: the files that the agent was
 * shown, which are all that they can have taken out: what a colleague has added since stays.
 */
export async function saveFiles(
  known: Attachment[],
  latest: () => FileChanges,
  change: (changes: FileChanges) => void,
  files: Files,
): Promise<void> {
  const { stays, added } = latest();
  for (const file of [...known]) {
    if (stays.some((it) => it.id === file.id)) continue;
    await files.remove(file).catch(unlessGone);
    known.splice(known.indexOf(file), 1);
  }
  for (const file of added) {
    const attachment = await files.add(file);
    known.push(attachment);
    change({
      stays: [...latest().stays, attachment],
      added: latest().added.filter((it) => it !== file),
    });
  }
}

/** A colleague has taken it out, too. */
function unlessGone(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'not_found') throw error;
}
