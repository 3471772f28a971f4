// What is being said in the call, under the log; each line becomes an entry when it is written.

import type { LiveLine } from '@switchboard/shared/voice/live-lines.ts';
import type { Room } from '@switchboard/shared/room.ts';
import { AudioLines } from 'lucide-react';
import { useCell } from '../app/use-cell.ts';
import { classes } from '../ui/classes.ts';
import { useCallWords } from './call-words.ts';
import type { JoinedCall } from './open-call.ts';

export function LiveLines({ call, room }: { call: JoinedCall; room: Room }) {
  const { t } = useCallWords();
  const lines = useCell(call.client.lines);
  const { current } = useCell(room.replies);
  // The log shows the assistant's words while they are heard already.
  const shown = lines.filter((line) => line.text !== '' && line.entry_id !== current?.message_id);
  return shown.map((line) => (
    // Readers of the screen are told the whole message when it comes, not every word.
    <div
      key={line.entry_id}
      aria-live="off"
      data-line={line.role}
      className={classes(
        'mt-4 flex flex-col gap-1',
        line.role === 'visitor' ? 'items-start' : 'items-end',
      )}
    >
      <p className="flex items-center gap-1.5 px-1 text-xs text-soft">
        <AudioLines size={13} aria-hidden="true" />
        <span className="font-semibold">{t(`voice.${line.role}`)}</span>
        {line.isFinal ? null : t('speaks')}
      </p>
      <p
        dir="auto"
        className={classes('max-w-[min(80%,640px)] rounded-2xl px-3.5 py-2', look(line))}
      >
        {line.text}
      </p>
    </div>
  ));
}

function look({ role }: LiveLine): string {
  if (role === 'visitor') return 'border border-dashed border-line bg-surface';
  return role === 'assistant' ? 'bg-raised ring-1 ring-accent/40' : 'bg-accent-soft';
}
