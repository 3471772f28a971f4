// Where the visitor writes and adds pictures: Enter sends, Shift+Enter breaks the line, limits are told before they hurt.

import { PICTURE_TYPES } from '@switchboard/shared/pictures.ts';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageMemory } from '../page-memory.ts';
import type { Words } from '../words.ts';
import { Icon } from './icons.tsx';
import { PictureTray } from './picture-tray.tsx';
import { useCell } from './use-cell.ts';
import { useDrop } from './use-drop.ts';
import type { ChatPictures } from './use-pictures.ts';

interface ComposerProps {
  max_chars: number;
  draft_key: string;
  pictures: ChatPictures;
  memory: PageMemory;
  /** Whether whoever opened it waits to write. */
  takesFocus: boolean;
  onWrite: (text: string) => void;
  onSend: (text: string) => void;
  words: Words;
}

/** From this many characters on, the count of those left is shown. */
const TELL_LEFT_AT = 100;
const MAX_HEIGHT_PX = 120;

export function Composer(props: ComposerProps) {
  const { max_chars, draft_key, pictures, memory, takesFocus, onWrite, onSend, words } = props;
  const [text, setShownText] = useState(() => memory.get('draft') ?? '');
  const setText = (value: string) => {
    setShownText(value);
    // What is written survives closing the panel and changing the page.
    memory.set('draft', value === '' ? null : value);
  };
  const [sending, setSending] = useState<'rest' | 'busy' | 'failed'>('rest');
  const picked = useCell(pictures.picked.items);
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, MAX_HEIGHT_PX)}px`;
  }, [text, draft_key]);
  const add = (files: readonly File[]) => {
    setSending('rest');
    pictures.picked.add(files, pictures.place());
    ref.current?.focus();
  };
  // A conversation that begins anew is begun here.
  useLayoutEffect(() => {
    if (takesFocus) ref.current?.focus();
  }, []);
  const isDropping = useDrop(ref, add);
  // The hub counts code points, as this does.
  const left = max_chars - [...text].length;
  const hasPictures = picked.length > 0;
  const isStuck = picked.some((it) => it.status === 'failed');
  const canSend =
    (text.trim() !== '' || hasPictures) && left >= 0 && !isStuck && sending !== 'busy';
  const sendWithPictures = async () => {
    setSending('busy');
    try {
      if (await pictures.send(text.trim())) setText('');
      setSending('rest');
    } catch {
      setSending('failed');
    }
  };
  const send = () => {
    if (!canSend) return;
    ref.current?.focus();
    if (hasPictures) {
      void sendWithPictures();
      return;
    }
    onSend(text.trim());
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    add(files);
  };
  return (
    <form
      class={isDropping ? 'composer dropping' : 'composer'}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {hasPictures ? <PictureTray pictures={pictures} items={picked} words={words} /> : null}
      <PickButton onPick={add} words={words} />
      <textarea
        ref={ref}
        rows={1}
        value={text}
        dir="auto"
        aria-label={words.t('composer.label')}
        aria-invalid={left < 0}
        placeholder={words.t(isDropping ? 'pictures.drop' : 'composer.placeholder')}
        onInput={(event) => {
          setText(event.currentTarget.value);
          onWrite(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <button type="submit" class="send" disabled={!canSend} aria-label={words.t('composer.send')}>
        <Icon name="send" />
      </button>
      {sending === 'failed' ? (
        <p class="left over" role="alert">
          {words.t('pictures.notSent')}
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

function PickButton({ onPick, words }: { onPick: (files: readonly File[]) => void; words: Words }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="pick"
        title={words.t('pictures.add')}
        aria-label={words.t('pictures.add')}
        onClick={() => input.current?.click()}
      >
        <Icon name="image" size={22} />
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={PICTURE_TYPES.join()}
        onChange={(event) => {
          onPick([...(event.currentTarget.files ?? [])]);
          // The same file may be picked again after it was removed.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
