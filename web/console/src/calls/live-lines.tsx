// What is being said in the call, under the log; each line becomes an entry when it is written.

import type { LiveLine } from '@switchboard/shared/voice/live-lines.ts';
import type { Room } from '@switchboard/shared/room.ts';
import type { Entry, User } from '@switchboard/shared/wire.ts';
import { AudioLines } from 'lucide-react';
import { useCell } from '../app/use-cell.ts';
import { classes } from '../ui/classes.ts';
import { useCallWords } from './call-words.ts';
import type { JoinedCall } from './open-call.ts';

interface LiveLinesProps {
  call: JoinedCall;
  room: Room;
  visitor: User;
}

export function LiveLines({ call, room, visitor }: LiveLinesProps) {
  const { t } = useCallWords();
  const lines = useCell(call.client.lines);
  const { entries } = useCell(room.view);
  const { current } = useCell(room.replies);
  // The log shows the assistant's words while they are heard already.
  const shown = lines.filter((line) => line.text !== '' && line.entry_id !== current?.message_id);
  let before = current ? '' : keyOfEntry(entries.at(-1));
  return shown.map((line) => {
    const key = keyOf(line, visitor);
    const isContinued = key === before;
    before = key;
    return (
      // Readers of the screen are told the whole message when it comes, not every word.
      <div
        key={line.entry_id}
        aria-live="off"
        data-line={line.role}
        data-entry={line.entry_id}
        className={classes(
          'flex flex-col gap-1',
          isContinued ? 'mt-1' : 'mt-4',
          line.role === 'visitor' ? 'items-start' : 'items-end',
        )}
      >
        {isContinued ? null : (
          <p className="flex items-center gap-1.5 px-1 text-xs text-soft">
            <AudioLines size={13} aria-hidden="true" />
            <span className="font-semibold">
              {nameOf(line, visitor, entries) || t(`voice.${line.role}`)}
            </span>
            {line.isFinal ? null : t('speaks')}
          </p>
        )}
        <p
          dir="auto"
          className={classes('max-w-[min(80%,640px)] rounded-2xl px-3.5 py-2', look(line))}
        >
          {line.text}
        </p>
      </div>
    );
  });
}

/** The name that its entry will have. */
function nameOf({ role, agent }: LiveLine, visitor: User, entries: readonly Entry[]): string {
  if (role === 'visitor') return visitor.name;
  if (role === 'agent') return agent?.name ?? '';
  return entries.findLast((entry) => entry.role === 'assistant')?.author.name ?? '';
}

/** Who speaks: the same for words that follow one another under one name. */
function keyOf({ role, agent }: LiveLine, visitor: User): string {
  if (role === 'assistant') return role;
  return (role === 'visitor' ? visitor.id : agent?.id) ?? role;
}

function keyOfEntry(entry: Entry | undefined): string {
  if (entry?.kind !== 'message' || entry.metadata.voice !== true) return '';
  return entry.role === 'assistant' ? entry.role : entry.author.id;
}

function look({ role }: LiveLine): string {
  if (role === 'visitor') return 'border border-dashed border-line bg-surface';
  return role === 'assistant' ? 'bg-raised ring-1 ring-accent/40' : 'bg-accent-soft';
}
