// Where the visitor writes and adds files: Enter sends, Shift+Enter breaks the line, limits are told before they hurt.

import { Cell } from '@switchboard/shared/cell.ts';
import { PICTURE_TYPES } from '@switchboard/shared/picture-types.ts';
import type { Picture } from '@switchboard/shared/pictures.ts';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { usePart } from '../parts.ts';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { PickButton, useFiles } from './composer-files.tsx';
import { Icon } from './icons.tsx';
import { useCell } from './use-cell.ts';
import { useDrop } from './use-drop.ts';

interface ComposerProps {
  stage: Stage;
  canCall: boolean;
  /** Whether whoever opened it waits to write. */
  takesFocus: boolean;
  words: Words;
}

/** Until the hub says its own. */
const MAX_CHARS = 1_000;
/** From this many characters on, the count of those left is shown. */
const TELL_LEFT_AT = 100;
const MAX_HEIGHT_PX = 144;
const NONE = new Cell<readonly Picture<File>[]>([]);

export function Composer({ stage, canCall, takesFocus, words }: ComposerProps) {
  const { chat, calling, memory } = stage;
  const { room, channel } = useCell(chat.state);
  const [text, setShownText] = useState(() => memory.get('draft') ?? '');
  const setText = (value: string) => {
    setShownText(value);
    // What is written survives closing the panel and changing the page.
    memory.set('draft', value === '' ? null : value);
  };
  const [sending, setSending] = useState<'rest' | 'busy' | 'failed'>('rest');
  const [isPicking, setPicking] = useState(false);
  const ref = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  const add = (files: readonly File[]) => {
    setSending('rest');
    addFiles(files);
    ref.current?.focus();
  };
  const [files, addFiles, hasFailed] = useFiles(stage);
  const picked = useCell(files?.picked.items ?? NONE);
  const emoji = usePart(stage, isPicking ? 'emoji' : null);
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = 'auto';
    // To measure costs a whole layout.
    if (text === '') return;
    area.style.height = `${Math.min(area.scrollHeight, MAX_HEIGHT_PX)}px`;
  }, [text, room?.id]);
  // A conversation that begins anew is begun here.
  useLayoutEffect(() => {
    if (takesFocus) ref.current?.focus();
  }, []);
  const isDropping = useDrop(ref, add);
  // The hub counts code points, as this does.
  const maxChars =
    chat.connection.hello?.limits.message_chars ?? channel?.visitor_message_max_chars ?? MAX_CHARS;
  const left = maxChars - [...text].length;
  const hasFiles = picked.length > 0;
  const isStuck = picked.some((it) => it.status === 'failed');
  const canSend = (text.trim() !== '' || hasFiles) && left >= 0 && !isStuck && sending !== 'busy';
  const sendWithFiles = async () => {
    setSending('busy');
    try {
      if (await files?.send(text.trim())) setText('');
      setSending('rest');
    } catch {
      setSending('failed');
    }
  };
  const send = () => {
    if (!canSend) return;
    ref.current?.focus();
    if (hasFiles) {
      void sendWithFiles();
      return;
    }
    chat.send(text.trim());
    setText('');
  };
  const write = (value: string) => {
    setText(value);
    room?.teller.write(value);
    // What draws the answer is here before the answer is.
    if (channel?.assistant) stage.parts.load('answers').catch(() => {});
  };
  const insert = (sign: string) => {
    const area = ref.current;
    if (!area) return;
    const start = caret.current ?? area.selectionStart;
    const end = caret.current ?? area.selectionEnd;
    // Browsers forget the place in a field that has no focus.
    caret.current = start + sign.length;
    write(area.value.slice(0, start) + sign + area.value.slice(end));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0) return;
    event.preventDefault();
    add(pasted);
  };
  const isPhone = canCall && text === '' && !hasFiles;
  return (
    <form
      class={isDropping ? 'composer dropping' : 'composer'}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {emoji && emoji !== 'failed' ? (
        <emoji.Emoji
          onPick={insert}
          onClose={() => {
            setPicking(false);
            const at = caret.current;
            ref.current?.focus();
            if (at !== null) ref.current?.setSelectionRange(at, at);
          }}
          words={words}
        />
      ) : null}
      {hasFiles && files ? <files.Tray words={words} /> : null}
      <button
        type="button"
        class="pick"
        title={words.t('composer.emoji')}
        aria-label={words.t('composer.emoji')}
        aria-expanded={isPicking}
        onClick={() => setPicking(!isPicking)}
      >
        <Icon name="smile" size={22} />
      </button>
      <PickButton types={channel?.files?.types ?? PICTURE_TYPES} onPick={add} words={words} />
      <textarea
        ref={ref}
        rows={1}
        value={text}
        dir="auto"
        aria-label={words.t('composer.label')}
        aria-invalid={left < 0}
        placeholder={words.t(isDropping ? 'files.drop' : 'composer.placeholder')}
        onInput={(event) => write(event.currentTarget.value)}
        onFocus={() => {
          caret.current = null;
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {isPhone ? (
        <button
          type="button"
          class="send"
          title={words.t('call.start')}
          aria-label={words.t('call.start')}
          onClick={() => calling.start()}
        >
          <Icon name="phone" />
        </button>
      ) : (
        <button
          type="submit"
          class="send"
          disabled={!canSend}
          aria-label={words.t('composer.send')}
        >
          <Icon name="send" />
        </button>
      )}
      {hasFailed || emoji === 'failed' || sending === 'failed' ? (
        <p class="left over" role="alert">
          {words.t(sending === 'failed' ? 'pictures.notSent' : 'part.failed')}
        </p>
      ) : null}
      {left <= TELL_LEFT_AT ? (
        <p class={left < 0 ? 'left over' : 'left'} role="status">
          {left < 0
            ? words.t('composer.over', { count: -left })
            : words.t('composer.left', { count: left })}
        </p>
      ) : null}
    </form>
  );
}
