// Where an agent writes: a reply to the visitor, or a note that only the team sees.

import type { Room } from '@switchboard/shared/room.ts';
import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { PICTURE_TYPES } from '@switchboard/shared/pictures.ts';
import { ImagePlus, Lock, SendHorizontal, StickyNote } from 'lucide-react';
import {
  type KeyboardEvent,
  type Ref,
  type RefObject,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import { useLive, useMe } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import type { Actions } from './actions.ts';
import { PictureTray } from './picture-tray.tsx';

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
const MAX_HEIGHT_PX = 200;

export function Composer({ ref, conversation, room, actions, onTake }: ComposerProps) {
  const { t } = useWords();
  const { member } = useMe();
  const [mode, setMode] = useState<Mode>('message');
  const [taking, setTaking] = useState<Promise<boolean> | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const { state, visitor } = conversation;
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
  if (state.status === 'closed') {
    return (
      <p className="flex items-center justify-center gap-2 border-t border-line bg-surface p-4 text-soft">
        <Lock size={16} aria-hidden="true" />
        {t('composer.closed')}
      </p>
    );
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
        />
      ) : (
        <div className="flex flex-wrap items-center justify-center gap-3 rounded-xl border border-dashed border-line p-4 text-center text-soft">
          {holder ? <span>{t('composer.heldBy', { name: holder.name })}</span> : null}
          <Button kind="strong" onClick={onTake} disabled={!actions.canTakeOver}>
            {holder
              ? t('action.takeFrom', { name: holder.name })
              : t('composer.takeFirst', { name: visitor.name })}
          </Button>
        </div>
      )}
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
}

function Writer({ area, conversation, room, mode, taking }: WriterProps) {
  const { t } = useWords();
  const live = useLive();
  const draftKey = `${mode} ${conversation.id}`;
  const [text, setText] = useState(live.drafts.get(draftKey) ?? '');
  const connection = useCell(live.connection.state);
  const maxChars = connection.kind === 'open' ? connection.hello.limits.message_chars : MAX_CHARS;
  const over = [...text].length - maxChars;
  const picked = live.pickedFor(conversation.id);
  const allPictures = useCell(picked.items);
  // Notes hold words only; what was picked waits for the reply.
  const pictures = mode === 'message' ? allPictures : [];
  const isUploaded = pictures.every((it) => it.status === 'ready');
  const canSend = (text.trim() !== '' || pictures.length > 0) && over <= 0 && isUploaded;
  const write = (next: string) => {
    setText(next);
    live.drafts.set(draftKey, next);
    if (mode === 'message') room?.teller.write(next);
  };
  const latest = useRef(() => {});
  const send = () => {
    if (!canSend) return;
    // Written faster than the hub answers: it goes when the conversation is theirs, and stays written otherwise.
    if (taking) {
      void taking.then((isTaken) => isTaken && requestAnimationFrame(() => latest.current()));
      return;
    }
    const attachments = pictures.flatMap((it) => it.attachment ?? []);
    const extra = attachments.length > 0 ? { attachments } : {};
    live.outbox.add(conversation.id, text.trim(), mode, extra);
    if (attachments.length > 0) picked.clear();
    write('');
    area.current?.focus();
  };
  latest.current = send;
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
    // Into the log rather than nowhere: the single keys work there.
    if (event.key === 'Escape') document.querySelector<HTMLElement>('[role=log]')?.focus();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const isNote = mode === 'note';
  const hint = isNote
    ? t('composer.noteHint')
    : t('composer.replyTo', { name: conversation.visitor.name });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button does the same.
    <div
      className="flex flex-col gap-2"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        addPictures(event.dataTransfer.files);
      }}
    >
      <PictureTray picked={picked} items={pictures} session_id={conversation.id} />
      <textarea
        ref={area}
        rows={2}
        value={text}
        dir="auto"
        aria-label={hint}
        aria-invalid={over > 0}
        placeholder={hint}
        onChange={(event) => write(event.target.value)}
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
      <div className="flex items-center gap-3">
        {isNote ? null : <PickButton onPick={addPictures} />}
        <p
          className={classes(
            'flex-1 text-xs',
            over > 0 ? 'font-semibold text-danger' : 'text-soft max-md:invisible',
          )}
        >
          {over > 0 ? t('composer.over', { count: over }) : t('composer.keys')}
        </p>
        <Button isSmall kind="strong" disabled={!canSend} onClick={send}>
          {isNote ? <StickyNote size={15} /> : <SendHorizontal size={15} />}
          {isNote ? t('composer.addNote') : t('composer.send')}
        </Button>
      </div>
    </div>
  );
}

function PickButton({ onPick }: { onPick: (files: FileList | null) => void }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={t('pictures.add')} onClick={() => input.current?.click()}>
        <ImagePlus size={18} />
      </IconButton>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={PICTURE_TYPES.join()}
        onChange={(event) => {
          onPick(event.target.files);
          // The same file may be picked again after it was removed.
          event.target.value = '';
        }}
      />
    </>
  );
}
