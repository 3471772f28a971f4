// The panel around the chat: open and closed, full screen on phones, focus, and the badge on the button.

import type { Cell } from '@switchboard/shared/cell.ts';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Calling } from '../calling.ts';
import type { Chat } from '../chat/chat.ts';
import type { Frame } from '../frame.ts';
import type { Words } from '../words.ts';
import { keepFocusInside } from './focus.ts';
import { Panel } from './panel.tsx';
import { countUnread } from './rows.ts';
import { useCell } from './use-cell.ts';
import { useRoomView } from './use-room-view.ts';

interface WidgetProps {
  chat: Chat;
  calling: Calling;
  frame: Frame;
  isOpen: Cell<boolean>;
  words: Cell<Words>;
}

const PHONE = '(max-width: 480px)';

export function Widget({ chat, calling, frame, isOpen, words }: WidgetProps) {
  const open = useCell(isOpen);
  const { t, locale } = useCell(words);
  const ref = useRef<HTMLDivElement>(null);
  useReading(chat, open);
  useLauncher({ chat, calling, frame, isOpen, words });
  useScrollLock(open);
  const takesFocus = useRef(frame.memory.get('open') === null);
  useLayoutEffect(() => {
    // A panel that was open on the page before must not take the focus from this one.
    if (open && takesFocus.current)
      ref.current?.querySelector<HTMLElement>('textarea, .strong')?.focus();
    if (open) takesFocus.current = true;
    frame.memory.set('open', open ? '1' : null);
  }, [open]);
  if (!open) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    // The page's own shortcuts must not hear what is typed here.
    event.stopPropagation();
    if (event.key === 'Escape') isOpen.set(false);
    else if (ref.current && matchMedia(PHONE).matches) keepFocusInside(ref.current, event);
  };
  return (
    <div
      ref={ref}
      class="panel"
      role="dialog"
      lang={locale}
      dir="ltr"
      aria-label={t('panel.label')}
      aria-modal={matchMedia(PHONE).matches}
      onKeyDown={onKeyDown}
    >
      <Panel
        chat={chat}
        calling={calling}
        greeting={frame.options.greeting}
        memory={frame.memory}
        onClose={() => isOpen.set(false)}
        words={words.get()}
      />
    </div>
  );
}

/** What is on screen counts as read. */
function useReading(chat: Chat, open: boolean): void {
  const { room } = useCell(chat.state);
  const view = useRoomView(room);
  useEffect(() => {
    const read = () => {
      const last = view?.entries.at(-1)?.seq ?? 0;
      if (open && view?.phase === 'live' && last > 0 && document.visibilityState === 'visible') {
        room?.markRead(last);
      }
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [room, view, open]);
}

function useLauncher({ chat, calling, frame, isOpen, words }: WidgetProps): void {
  const { room, visitor } = useCell(chat.state);
  const open = useCell(isOpen);
  const isCalling = useCell(calling.isRunning) || useCell(calling.state).kind === 'left';
  const view = useRoomView(room);
  const unread = open ? 0 : countUnread(view, visitor?.id ?? '');
  const { t } = words.get();
  useEffect(() => frame.emit('unread', { count: unread }), [frame, unread]);
  useEffect(() => {
    const { launcher } = frame;
    launcher.ariaExpanded = String(open);
    if (open) launcher.ariaLabel = t('launcher.close');
    else if (isCalling) launcher.ariaLabel = t('launcher.call');
    else
      launcher.ariaLabel =
        unread > 0 ? t('launcher.unread', { count: unread }) : t('launcher.open');
    launcher.dataset.call = String(isCalling);
    if (unread > 0) launcher.dataset.unread = unread > 99 ? '99+' : String(unread);
    else delete launcher.dataset.unread;
  }, [frame, open, isCalling, unread, t]);
}

/** On a phone the chat is the whole screen: the page behind it must not scroll. */
function useScrollLock(open: boolean): void {
  useEffect(() => {
    if (!open || !matchMedia(PHONE).matches) return;
    const { style } = document.documentElement;
    const before = style.overflow;
    style.overflow = 'hidden';
    return () => {
      style.overflow = before;
    };
  }, [open]);
}
