// The panel around the chat: open and closed, full screen on phones, focus, and the badge on the button.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { breathe } from '../breathe.ts';
import { usePart } from '../parts.ts';
import type { Stage } from '../stage.ts';
import { focusFirst, keepFocusInside } from './focus.ts';
import { Panel } from './panel.tsx';
import { PHONE } from './phone.ts';
import { countUnread } from './rows.ts';
import { useCell } from './use-cell.ts';
import { useRoomView } from './use-room-view.ts';

export function Widget({ stage }: { stage: Stage }) {
  const { chat, isOpen, isPage, memory } = stage;
  const open = useCell(isOpen);
  const words = useCell(stage.words);
  const ref = useRef<HTMLDivElement>(null);
  useReading(stage, open);
  const unread = useLauncher(stage, open);
  const takesFocus = useRef(memory.get('open') === null && !isPage);
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    // A panel that was open on the page before must not take the focus from this one.
    const focus = () => focusFirst(ref.current);
    if (open && takesFocus.current) {
      // To focus costs a whole layout, and there is no composer before the second step. Later openings take it in the
      // click: without it phones show no keyboard.
      if (isFirst.current) void breathe().then(breathe).then(focus);
      else focus();
    }
    isFirst.current = false;
    if (open) takesFocus.current = true;
    memory.set('open', open ? '1' : null);
  }, [open]);
  const news = usePart(stage, !open && unread > 0 ? 'news' : null);
  if (!open) {
    return news && news !== 'failed' ? (
      <news.Peek key={chat.state.get().room?.id} stage={stage} words={words} />
    ) : null;
  }
  const isModal = !isPage && matchMedia(PHONE).matches;
  const onKeyDown = (event: KeyboardEvent) => {
    // The page's own shortcuts must not hear what is typed here.
    event.stopPropagation();
    if (event.key === 'Escape') isOpen.set(isPage);
    else if (ref.current && isModal) keepFocusInside(ref.current, event);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useAriaPropsSupportedByRole: it is a dialog or the page's main part.
    <div
      ref={ref}
      class={memory.get('size') ? 'panel wide' : 'panel'}
      role={isPage ? 'main' : 'dialog'}
      lang={words.locale}
      dir={words.dir}
      aria-label={words.t('panel.label')}
      aria-modal={isModal}
      onKeyDown={onKeyDown}
    >
      <Panel stage={stage} isFirst={isFirst.current} words={words} />
    </div>
  );
}

/** What is on screen counts as read. */
function useReading({ chat }: Stage, open: boolean): void {
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

function useLauncher({ chat, calling, launcher, emit, words }: Stage, open: boolean): number {
  const { room, visitor } = useCell(chat.state);
  const isRunning = useCell(calling.isRunning);
  const isLeft = useCell(calling.state).kind === 'left';
  const isCalling = isRunning || isLeft;
  const view = useRoomView(room);
  const unread = open ? 0 : countUnread(view, visitor?.id ?? '');
  const { t } = words.get();
  const label = launcher.textContent;
  useEffect(() => emit('unread', { count: unread }), [unread]);
  useEffect(() => {
    launcher.ariaExpanded = String(open);
    const word = open ? 'close' : isCalling ? 'call' : unread > 0 ? 'unread' : 'open';
    // Whoever says the words they see means this button.
    const shown = label && `${label} – `;
    launcher.ariaLabel = shown + t(`launcher.${word}`, { count: unread });
    launcher.dataset.call = String(isCalling);
    if (unread > 0) launcher.dataset.unread = unread > 99 ? '99+' : String(unread);
    else delete launcher.dataset.unread;
  }, [open, isCalling, unread, t, label]);
  return unread;
}
