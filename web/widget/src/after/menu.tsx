// The menu behind the three dots: what is seldom wanted, in words.

import type { RoomView } from '@switchboard/shared/room.ts';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isSoundOn, setSound } from '../news/sound.ts';
import type { Stage } from '../stage.ts';
import type { Side } from '../view/panel.tsx';
import type { WordKey, Words } from '../words.ts';
import { downloadTranscript } from './transcript.ts';

interface MenuProps {
  stage: Stage;
  view: RoomView | null;
  onSide: (side: Side) => void;
  onClose: () => void;
  words: Words;
}

export function Menu({ stage, view, onSide, onClose, words }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [trouble, setTrouble] = useState(false);
  const items = () => [...(ref.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useLayoutEffect(() => items()[0]?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(event.target as HTMLElement);
    const to = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at + all.length - 1) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.stopPropagation();
      event.preventDefault();
      onClose();
    } else if (to !== undefined) {
      event.preventDefault();
      all[to]?.focus();
    }
  };
  const download = () =>
    downloadTranscript(stage, words.locale).then(onClose, () => setTrouble(true));
  return (
    <>
      {/* For the pointer; the keyboard has Escape. */}
      <button type="button" class="beside" tabIndex={-1} aria-hidden="true" onClick={onClose} />
      <div
        ref={ref}
        class="menu-list"
        role="menu"
        tabIndex={-1}
        aria-label={words.t('header.menu')}
        onKeyDown={onKeyDown}
      >
        {itemsOf(stage, view).map(([word, act]) => (
          <button
            key={word}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              if (act === 'download') void download();
              else if (typeof act === 'string') onSide(act);
              else {
                act();
                onClose();
              }
            }}
          >
            {words.t(word)}
          </button>
        ))}
        {trouble ? (
          <p class="failure" role="alert">
            {words.t('part.failed')}
          </p>
        ) : null}
      </div>
    </>
  );
}

type Act = Side | 'download' | (() => void);

function itemsOf(stage: Stage, view: RoomView | null): [WordKey, Act][] {
  const { chat, memory, base, isPage } = stage;
  const { channel } = chat.state.get();
  const isOn = isSoundOn(stage);
  const isWide = memory.get('size') !== null;
  const status = view?.state?.status;
  const items: [WordKey, Act][] = [
    [isOn ? 'menu.soundOff' : 'menu.soundOn', () => setSound(stage, !isOn)],
  ];
  if (!isPage && matchMedia('(min-width: 481px)').matches) {
    const resize = () => {
      memory.set('size', isWide ? null : '1');
      base.querySelector('.panel')?.classList.toggle('wide', !isWide);
    };
    items.push([isWide ? 'menu.collapse' : 'menu.expand', resize]);
  }
  // A server that knows of ratings knows of all of these.
  const isNewer = channel?.ratings !== undefined;
  if (isNewer) items.push(['past.open', 'past']);
  if (isNewer && view && view.entries.length > 0) {
    items.push(['menu.download', 'download']);
    if (channel.mail) items.push(['menu.mail', 'copy']);
  }
  if (status !== undefined && status !== 'closed') items.push(['end.action', 'end']);
  return items;
}
