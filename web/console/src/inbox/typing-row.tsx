// Who is typing, and of a visitor also what, before it is sent.

import type { Room } from '@switchboard/shared/room.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';

export function TypingRow({ room }: { room: Room }) {
  const { t } = useWords();
  const typists = useCell(room.typing.typists);
  return typists.map(({ user, preview }) => (
    <div
      key={user.id}
      className="flex max-h-32 flex-col items-start gap-1 overflow-y-auto px-3 pb-2 md:px-5"
      data-testid="typing"
    >
      <p className="px-1 text-xs text-soft">
        <span className="font-semibold">{user.name}</span> {t('entry.typing')}
      </p>
      {preview ? (
        <p
          className="max-w-[min(80%,640px)] rounded-2xl border border-dashed border-line px-3.5 py-2 break-words whitespace-pre-wrap text-soft italic"
          dir="auto"
        >
          {preview}
        </p>
      ) : null}
    </div>
  ));
}
