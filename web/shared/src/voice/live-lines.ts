// What is being said, as it is transcribed; each line goes when its entry stands in the log.

import type { Entry, User } from '../wire.ts';
import type { CallEvents, SpokenRole } from './call-wire.ts';

export interface LiveLine {
  /** The id that its entry will have. */
  entry_id: string;
  role: SpokenRole;
  text: string;
  isFinal: boolean;
  /** Who had the call when it began; only an agent's words are theirs. */
  agent: User | null;
}

/** Older lines whose entry never came are forgotten. */
const MAX_LINES = 50;

/** Takes words in; an utterance keeps the place it began at. */
export function takeTranscript(
  lines: readonly LiveLine[],
  { entry_id, role, text, final }: CallEvents['transcript'],
  agent: User | null = null,
): readonly LiveLine[] {
  const at = lines.findIndex((it) => it.entry_id === entry_id);
  const line = { entry_id, role, text, isFinal: final, agent: lines[at]?.agent ?? agent };
  if (at < 0) return [...lines, line].slice(-MAX_LINES);
  // What comes after the last word of an utterance is a repeat that is late.
  if (lines[at]?.isFinal && !final) return lines;
  return lines.with(at, line);
}

/** An utterance begins: its place is kept until its words come. */
export function takeItem(
  lines: readonly LiveLine[],
  { entry_id, role }: CallEvents['item'],
  agent: User | null = null,
): readonly LiveLine[] {
  if (lines.some((it) => it.entry_id === entry_id)) return lines;
  return [...lines, { entry_id, role, text: '', isFinal: false, agent }].slice(-MAX_LINES);
}

/** The lines whose entries do not stand in the log yet. */
export function withoutWritten(
  lines: readonly LiveLine[],
  entries: readonly Entry[],
): readonly LiveLine[] {
  if (lines.length === 0) return lines;
  const written = new Set(entries.map((entry) => entry.id));
  return lines.some((it) => written.has(it.entry_id))
    ? lines.filter((it) => !written.has(it.entry_id))
    : lines;
}
