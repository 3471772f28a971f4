// Where an agent writes: a reply to the visitor, or a note that only the team sees.

import type { Room } from '@switchboard/shared/room.ts';
import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { Paperclip, Lock, SendHorizontal, StickyNote } from 'lucide-react';
import {
  type KeyboardEvent,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import { useOffer } from '../acts/use-offer.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import type { Live } from '../app/live.ts';
import { undoSend } from '../app/settings.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Picker } from '../canned/picker.tsx';
import { FILE_TYPES } from '../app/file-types.ts';
import { useSlash } from '../canned/use-slash.ts';
import { holesIn } from '../canned/variables.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import type { Actions } from './actions.ts';
import { AssistMenu } from './assist-menu.tsx';
import { EmojiPicker } from './emoji-picker.tsx';
import { MentionPicker } from './mention-picker.tsx';
import { mentionsIn } from './mentions.ts';
import { PictureTray } from './picture-tray.tsx';
import { useEmoji } from './use-emoji.ts';
import { useMention } from './use-mention.ts';
import { useReopen } from './use-reopen.ts';
import { visitorName } from './visitor-name.ts';

type Mode = 'message' | 'note';

export interface ComposerHandle {
  write(mode: Mode): void;
  /** Lets one write at once while the hub decides whether the conversation is theirs. */
  take(asked: Promise<boolean>): void;
}

interface ComposerProps {
  ref: Ref<ComposerHandle>;
  conversation: ConversationSummary;
  room: Room | null;
  actions: Actions;
  onTake: () => void;
}

const MAX_CHARS = 10_000;
/** The hub takes so many of one note. */
const MENTIONS_MAX = 20;
const MAX_HEIGHT_PX = 200;

/** Takes the newest message that is held back into the composer, before what was written since. */
export function takeBack(live: Live, conversationId: string): boolean {
  const item = live.held.undo(conversationId);
  if (!item) return false;
  const since = live.drafts.get(conversationId, 'message');
  live.drafts.set(conversationId, 'message', [item.content, since].filter(Boolean).join('\n'));
  live.pickedFor(conversationId).items.update((items) => [...item.pictures, ...items]);
  return true;
}

export function Composer({ ref, conversation, room, actions, onTake }: ComposerProps) {
  const { t } = useWords();
  const live = useLive();
  const { member } = useMe();
  const [mode, setMode] = useState<Mode>('message');
  const [taking, setTaking] = useState<Promise<boolean> | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const { state } = conversation;
  useImperativeHandle(ref, () => ({
    // Drawn within the key press or click, so that the very next letter lands in the field.
    write: (wanted) => {
      flushSync(() => setMode(wanted));
      area.current?.focus();
    },
    take: (asked) => {
      flushSync(() => {
        setMode('message');
        setTaking(asked);
      });
      area.current?.focus();
      void asked.then(() => setTaking((current) => (current === asked ? null : current)));
    },
  }));
  // Whoever looks at another conversation, or another page, does not come back to take it back.
  useEffect(() => () => live.held.flush(conversation.id), [live, conversation.id]);
  if (state.status === 'closed') {
    return <Closed id={conversation.id} />;
  }
  const holder = state.responder.agent;
  const isMine = holder?.id === member.id;
  return (
    <div className="border-t border-line bg-surface px-3 pt-2 pb-3 md:px-5">
      <ModeTabs mode={mode} onMode={setMode} />
      {mode === 'note' || isMine || taking ? (
        <Writer
          key={mode}
          area={area}
          conversation={conversation}
          room={room}
          mode={mode}
          taking={mode === 'message' ? taking : null}
          onClose={actions.close}
        />
      ) : (
        <div className="flex flex-wrap items-center justify-center gap-3 rounded-xl border border-dashed border-line p-4 text-center text-soft">
          {holder ? <span>{t('composer.heldBy', { name: holder.name })}</span> : null}
          <Button kind="strong" onClick={onTake} disabled={!actions.canTakeOver}>
            {holder
              ? t('action.takeFrom', { name: holder.name })
              : t('composer.takeFirst', { name: visitorName(conversation) })}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A closed conversation takes no words; it goes on in a new one. */
function Closed({ id }: { id: string }) {
  const { t } = useWords();
  const { reopen, isPending } = useReopen(id);
  return (
    <div className="flex flex-wrap items-center justify-center gap-3 border-t border-line bg-surface p-4 text-soft">
      <span className="flex items-center gap-2">
        <Lock size={16} aria-hidden="true" />
        {t('composer.closed')}
      </span>
      <Button isSmall kind="strong" disabled={isPending} onClick={reopen}>
        {t('composer.reopen')}
      </Button>
    </div>
  );
}

function ModeTabs({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  const { t } = useWords();
  const tab = (own: Mode, text: string, tone: string) => (
    <button
      type="button"
      role="tab"
      aria-selected={mode === own}
      onClick={() => onMode(own)}
      className={classes(
        'rounded-lg px-2.5 py-1 text-sm',
        mode === own ? tone : 'text-soft hover:bg-raised',
      )}
    >
      {text}
    </button>
  );
  return (
    <div role="tablist" aria-label={t('composer.mode')} className="mb-2 flex gap-1">
      {tab('message', t('composer.reply'), 'bg-accent-soft font-semibold text-accent')}
      {tab('note', t('composer.note'), 'bg-note font-semibold text-note-ink')}
    </div>
  );
}

interface WriterProps {
  area: RefObject<HTMLTextAreaElement | null>;
  conversation: ConversationSummary;
  room: Room | null;
  mode: Mode;
  /** The takeover that is under way, if one is. */
  taking: Promise<boolean> | null;
  /** Ends the conversation. */
  onClose: () => void;
}

function Writer({ area, conversation, room, mode, taking, onClose }: WriterProps) {
  const { t } = useWords();
  const live = useLive();
  const text = useCell(live.drafts.texts)[`${mode} ${conversation.id}`] ?? '';
  /** The text that may go out though something in it is not filled in. */
  const [passed, setPassed] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const connection = useCell(live.connection.state);
  const maxChars = connection.kind === 'open' ? connection.hello.limits.message_chars : MAX_CHARS;
  const over = [...text].length - maxChars;
  const picked = live.pickedFor(conversation.id);
  const allPictures = useCell(picked.items);
  // Notes hold words only; what was picked waits for the reply.
  const pictures = mode === 'message' ? allPictures : [];
  const isUploaded = pictures.every((it) => it.status === 'ready');
  const coming = useCell(live.coming.counts)[conversation.id] ?? 0;
  const comingCount = mode === 'message' ? coming : 0;
  const isComplete = isUploaded && comingCount === 0;
  const canSend = (text.trim() !== '' || pictures.length > 0) && over <= 0 && isComplete;
  const write = (next: string) => {
    live.drafts.set(conversation.id, mode, next);
    setAsking(false);
    if (mode === 'message') room?.teller.write(next);
  };
  const slash = useSlash({
    area,
    text,
    write,
    conversation,
    onFiles: mode === 'message' ? (files) => picked.add(files, conversation.id) : null,
  });
  const mention = useMention({ area, text, write, isNote: mode === 'note' });
  const emoji = useEmoji({ area, text, write });
  const latest = useRef<(then?: () => void) => void>(() => {});
  /** `then`: what follows once it is sent. */
  const send = (then?: () => void) => {
    if (!canSend) return;
    const hole = holesIn(text)[0];
    if (hole && passed !== text) {
      setPassed(text);
      setAsking(true);
      area.current?.focus();
      area.current?.setSelectionRange(hole.start, hole.end);
      return;
    }
    // Written faster than the hub answers: it goes when the conversation is theirs, and stays written otherwise.
    if (taking) {
      void taking.then((isTaken) => isTaken && requestAnimationFrame(() => latest.current(then)));
      return;
    }
    const attachments = pictures.flatMap((it) => it.attachment ?? []);
    const extra = attachments.length > 0 ? { attachments } : {};
    if (mode === 'message' && undoSend.get()) {
      live.held.hold(conversation.id, text.trim(), extra, pictures);
    } else {
      if (mode === 'message') live.held.flush(conversation.id);
      const mentions =
        mode === 'note' ? mentionsIn(text, mention.people).slice(0, MENTIONS_MAX) : [];
      const facts = mentions.length > 0 ? { metadata: { mentions } } : {};
      live.outbox.add(conversation.id, text.trim(), mode, { ...extra, ...facts });
    }
    if (attachments.length > 0) picked.clear();
    write('');
    area.current?.focus();
    then?.();
  };
  latest.current = send;
  useOffer(canSend ? [{ id: 'sendAndClose', run: () => send(onClose) }] : []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text, read from the element.
  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = 'auto';
    area.current.style.height = `${Math.min(area.current.scrollHeight + 2, MAX_HEIGHT_PX)}px`;
  }, [text, area]);
  const addPictures = (files: FileList | null) => {
    if (mode === 'message' && files?.length) picked.add([...files], conversation.id);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (slash.onKey(event) || mention.onKey(event) || emoji.onKey(event)) return;
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === 'z';
    // Where something was written since, Ctrl+Z is the field's own.
    if ((event.key === 'Escape' || (isUndo && text === '')) && takeBack(live, conversation.id)) {
      event.preventDefault();
      return;
    }
    // Into the log rather than nowhere: the single keys work there.
    if (event.key === 'Escape') document.querySelector<HTMLElement>('[role=log]')?.focus();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const isNote = mode === 'note';
  const hint = isNote
    ? t('composer.noteHint')
    : t('composer.replyTo', { name: visitorName(conversation) });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button does the same.
    <div
      className="relative flex flex-col gap-2"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        addPictures(event.dataTransfer.files);
      }}
    >
      <PictureTray
        picked={picked}
        items={pictures}
        coming_count={comingCount}
        session_id={conversation.id}
      />
      {slash.isOpen ? (
        <Picker
          replies={slash.replies}
          hasFailed={slash.hasFailed}
          hasAny={slash.hasAny}
          at={slash.at}
          facts={slash.facts}
          onPoint={slash.setAt}
          onPick={slash.pick}
        />
      ) : null}
      {mention.isOpen ? (
        <MentionPicker
          people={mention.found}
          at={mention.at}
          onPoint={mention.setAt}
          onPick={mention.pick}
        />
      ) : null}
      {emoji.isOpen ? (
        <EmojiPicker signs={emoji.found} at={emoji.at} onPoint={emoji.setAt} onPick={emoji.pick} />
      ) : null}
      <textarea
        ref={area}
        rows={2}
        value={text}
        dir="auto"
        aria-label={hint}
        aria-invalid={over > 0}
        placeholder={hint}
        {...slash.aria}
        {...mention.aria}
        {...emoji.aria}
        onChange={(event) => write(event.target.value)}
        onSelect={() => {
          slash.look();
          mention.look();
          emoji.look();
        }}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (event.clipboardData.files.length === 0) return;
          event.preventDefault();
          addPictures(event.clipboardData.files);
        }}
        className={classes(
          'w-full resize-none rounded-xl border px-3.5 py-2.5 outline-offset-0 max-md:text-base',
          isNote
            ? 'border-note-line bg-note text-note-ink placeholder:text-note-ink/70'
            : 'border-line bg-ground',
        )}
      />
      <Holes text={text} isAsking={isAsking} area={area} />
      <div className="flex flex-wrap items-center gap-3">
        {isNote ? null : <PickButton onPick={addPictures} />}
        {isNote ? null : <AssistMenu session_id={conversation.id} text={text} onText={write} />}
        <p
          className={classes(
            'flex-1 text-xs',
            over > 0 ? 'font-semibold text-danger' : 'text-soft max-md:invisible',
          )}
        >
          {over > 0
            ? t('composer.over', { count: over })
            : t(isNote ? 'composer.keysNote' : 'composer.keysSlash')}
        </p>
        <Button isSmall kind="strong" disabled={!canSend} onClick={() => send()}>
          {isNote ? <StickyNote size={15} /> : <SendHorizontal size={15} />}
          {isNote ? t('composer.addNote') : t('composer.send')}
        </Button>
      </div>
    </div>
  );
}

/** What of the text is still to be filled in; a click selects the first of it. */
function Holes({
  text,
  isAsking,
  area,
}: Pick<WriterProps, 'area'> & { text: string; isAsking: boolean }) {
  const { t } = useWords();
  const hole = holesIn(text)[0];
  if (!hole) return null;
  const select = () => {
    area.current?.focus();
    area.current?.setSelectionRange(hole.start, hole.end);
  };
  return (
    <p
      role={isAsking ? 'alert' : 'status'}
      className={classes(
        'flex flex-wrap items-center gap-2 rounded-lg px-2.5 py-1.5 text-sm',
        isAsking ? 'bg-danger/10 font-semibold text-danger' : 'bg-note text-note-ink',
      )}
    >
      <span className="min-w-0 flex-1 break-words">
        {t(isAsking ? 'composer.hole.asks' : 'composer.hole', {
          name: text.slice(hole.start, hole.end),
        })}
      </span>
      <button type="button" className="font-semibold underline" onClick={select}>
        {t('composer.hole.show')}
      </button>
    </p>
  );
}

function PickButton({ onPick }: { onPick: (files: FileList | null) => void }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={t('pictures.add')} onClick={() => input.current?.click()}>
        <Paperclip size={18} />
      </IconButton>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={FILE_TYPES.join()}
        onChange={(event) => {
          onPick(event.target.files);
          // The same file may be picked again after it was removed.
          event.target.value = '';
        }}
      />
    </>
  );
}
