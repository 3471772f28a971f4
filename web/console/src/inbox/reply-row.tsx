// The assistant's reply while it is written, and why one failed.

import { closeOpenMarks } from '@switchboard/shared/markdown-live.ts';
import type { Room } from '@switchboard/shared/room.ts';
import { Bot, CircleAlert, EyeOff, LoaderCircle, Wrench } from 'lucide-react';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import { Markdown } from '../ui/markdown.tsx';
import type { Supervised } from './use-supervised.ts';

const BUBBLE = 'max-w-[min(80%,640px)] rounded-2xl px-3.5 py-2';
const SEEN = 'bg-raised ring-1 ring-accent/40';
/** Only agents see it. */
const UNSEEN = 'border border-dashed border-warn bg-warn-soft';

interface ReplyRowProps {
  room: Room;
  /** The reply, where the visitor does not see it. */
  supervised: Supervised | null;
  /** A call runs: what comes is said, not written. */
  isCalling: boolean;
}

export function ReplyRow({ room, supervised, isCalling }: ReplyRowProps) {
  const { t } = useWords();
  const { current, failure } = useCell(room.replies);
  if (supervised?.isComplete) return <WaitingReply reply={supervised} />;
  if (!current) {
    return failure ? (
      <p role="alert" className="mt-4 flex items-center justify-end gap-1.5 text-sm text-danger">
        <CircleAlert size={15} aria-hidden="true" />
        {t('reply.failed', { reason: failure.message || failure.code })}
      </p>
    ) : null;
  }
  const { text, stage, tool } = current;
  return (
    <div
      className="mt-4 flex flex-col items-end gap-1"
      data-testid="reply"
      data-stage={stage}
      aria-live="off"
    >
      <p className="flex items-center gap-1.5 px-1 text-xs text-soft">
        <Bot size={13} aria-hidden="true" />
        <span className="font-semibold">{t('entry.assistant')}</span>{' '}
        {t(isCalling ? 'entry.speaking' : 'entry.typing')}
      </p>
      {text ? (
        <div className={classes(BUBBLE, supervised ? UNSEEN : SEEN)} dir="auto">
          <Markdown text={closeOpenMarks(text)} />
        </div>
      ) : null}
      {stage === 'writing' ? null : (
        <p className="flex items-center gap-1.5 rounded-full bg-raised px-3 py-1 text-xs text-soft">
          {stage === 'tool' ? (
            <Wrench size={13} aria-hidden="true" />
          ) : (
            <LoaderCircle size={13} className="animate-spin" aria-hidden="true" />
          )}
          {stage === 'tool' ? t('reply.tool', { tool: tool ?? '' }) : t('reply.thinking')}
        </p>
      )}
    </div>
  );
}

/** A reply that is written and waits. */
function WaitingReply({ reply }: { reply: Supervised }) {
  const { t } = useWords();
  return (
    <div className="mt-4 flex flex-col items-end gap-1" data-testid="waiting-reply">
      <p className="flex items-center gap-1.5 px-1 text-xs text-soft">
        <EyeOff size={13} aria-hidden="true" />
        <span className="font-semibold">{t('entry.assistant')}</span> {t('supervised.unseen')}
      </p>
      <div className={classes(BUBBLE, UNSEEN)} dir="auto">
        <Markdown text={reply.text} />
      </div>
    </div>
  );
}
