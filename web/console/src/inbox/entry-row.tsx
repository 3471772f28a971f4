// One entry of the log: a message on its writer's side, a yellow note, or an event as a line.

import { deliveryOfEntry } from '@switchboard/shared/delivery.ts';
import type { RoomView } from '@switchboard/shared/room.ts';
import type { Approval, Entry, ReplyUsage } from '@switchboard/shared/wire.ts';
import { isBrief, isSpoken, isWhisper } from '@switchboard/shared/entry-facts.ts';
import { Ear, AudioLines, Phone, PhoneOff, StickyNote } from 'lucide-react';
import { formatMoment, formatTime } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import { Markdown } from '../ui/markdown.tsx';
import { DeliveryMark } from './delivery-mark.tsx';
import { BriefCard } from './brief-card.tsx';
import { eventText } from './event-text.ts';
import { ShownPictures } from './shown-pictures.tsx';
import { UnderEntry } from './under-entry.tsx';
import { pendingText } from './use-supervised.ts';

const GROUP_PAUSE_MS = 5 * 60_000;

interface EntryRowProps {
  entry: Entry;
  before: Entry | null;
  after: Entry | null;
  view: RoomView;
  visitor_id: string;
  /** What the reply used, where it is known. */
  usage: ReplyUsage | null;
  /** Whether a search led here. */
  isMarked: boolean;
}

export function EntryRow(props: EntryRowProps) {
  const { entry, before, after, view, visitor_id, usage, isMarked } = props;
  const words = useWords();
  const { member } = useMe();
  if (entry.kind === 'event') {
    // What waits is drawn as itself, and what went out says who let it.
    if (entry.event === 'reply_pending' || entry.event === 'reply_held') return null;
    return (
      <div
        className="row-lazy my-2.5 text-center text-[13px] text-soft"
        title={formatMoment(entry.created_at, words.locale)}
      >
        <CallSign event={entry.event} />
        {eventText(entry, words)} · {formatTime(entry.created_at, words.locale)}
        {entry.event === 'reply_stopped' ? (
          <Original view={view} message_id={entry.metadata.message_id} />
        ) : null}
      </div>
    );
  }
  if (isBrief(entry)) return <BriefCard entry={entry} />;
  const isVisitor = entry.role === 'visitor';
  const isNote = entry.kind === 'note';
  const isMine = entry.author.id === member.id;
  const delivery =
    isMine && !isNote ? deliveryOfEntry(entry, view, (userId) => userId === visitor_id) : null;
  return (
    <article
      className={classes(
        'entry row-lazy flex flex-col gap-1',
        isContinued(entry, before) ? 'mt-1' : 'mt-4',
        isVisitor ? 'items-start' : 'items-end',
        isMarked && '-mx-2 rounded-2xl bg-note px-2 py-1.5 ring-2 ring-note-line',
      )}
      {...(isMarked ? { 'data-marked': true, tabIndex: -1 } : {})}
      data-kind={entry.kind}
      // What a reply cost is shown to the keyboard too.
      {...(usage ? { tabIndex: 0 } : {})}
      data-row={entry.id}
    >
      {isContinued(entry, before) ? null : (
        <p className="flex items-center gap-1.5 px-1 text-xs text-soft">
          <Sign entry={entry} />
          <span className="font-semibold">{entry.author.name || words.t('entry.assistant')}</span>
          {isNote ? (
            <span className="font-medium text-note-ink">
              {words.t(isWhisper(entry) ? 'entry.whisper' : 'entry.note')}
            </span>
          ) : null}
        </p>
      )}
      <ShownPictures attachments={entry.attachments} />
      {entry.content ? (
        <div
          className={classes('max-w-[min(80%,640px)] rounded-2xl px-3.5 py-2', look(entry))}
          dir="auto"
        >
          <Markdown text={entry.content} />
        </div>
      ) : null}
      <UnderEntry entry={entry} usage={usage} />
      {isEdited(entry) ? <Original view={view} message_id={entry.id} /> : null}
      {after !== null && isContinued(after, entry) ? null : (
        <p className="flex items-center gap-1 px-1 text-xs text-soft">
          <time dateTime={entry.created_at} title={formatMoment(entry.created_at, words.locale)}>
            {formatTime(entry.created_at, words.locale)}
          </time>
          {delivery ? <DeliveryMark delivery={delivery} /> : null}
        </p>
      )}
    </article>
  );
}

/** What the assistant had written before an agent changed or stopped it. */
function Original({ view, message_id }: { view: RoomView; message_id: unknown }) {
  const { t } = useWords();
  const text = typeof message_id === 'string' ? pendingText(view, message_id) : null;
  if (!text) return null;
  return (
    <details className="mx-auto max-w-[min(80%,640px)] px-1 text-xs text-soft open:text-left">
      <summary className="cursor-pointer text-center">{t('supervised.original')}</summary>
      <span className="mt-1 block rounded-xl border border-dashed border-line px-3 py-2" dir="auto">
        {text}
      </span>
    </details>
  );
}

function isEdited({ metadata }: Entry): boolean {
  return (metadata.approval as Partial<Approval> | undefined)?.act === 'edited';
}

/** What kind of entry it is, before its writer's name. */
function Sign({ entry }: { entry: Entry }) {
  const { t } = useWords();
  if (entry.kind === 'note') {
    const Icon = isWhisper(entry) ? Ear : StickyNote;
    return <Icon size={13} className="text-note-ink" aria-hidden="true" />;
  }
  if (!isSpoken(entry)) return null;
  return (
    <span title={t('entry.spoken')} data-spoken>
      <AudioLines size={13} aria-hidden="true" />
      <span className="sr-only">{t('entry.spoken')}</span>
    </span>
  );
}

function CallSign({ event }: Pick<Entry, 'event'>) {
  if (event !== 'call_started' && event !== 'call_ended') return null;
  const Icon = event === 'call_started' ? Phone : PhoneOff;
  return <Icon size={13} className="mr-1 inline align-[-2px]" aria-hidden="true" />;
}

export function look({ kind, role }: Pick<Entry, 'kind' | 'role'>): string {
  if (kind === 'note') return 'border border-note-line bg-note text-note-ink';
  if (role === 'visitor') return 'border border-line bg-surface';
  return role === 'assistant' ? 'bg-raised' : 'bg-accent-soft';
}

function isContinued(entry: Entry, before: Entry | null): boolean {
  return (
    before !== null &&
    before.kind === entry.kind &&
    isSpoken(before) === isSpoken(entry) &&
    isWhisper(before) === isWhisper(entry) &&
    before.author.id === entry.author.id &&
    Date.parse(entry.created_at) - Date.parse(before.created_at) < GROUP_PAUSE_MS
  );
}
