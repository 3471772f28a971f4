// What is not part of talking: the menu, the end and what comes after it, and earlier conversations.

import type { RoomView } from '@switchboard/shared/room.ts';
import type { Stage } from '../stage.ts';
import type { Side as SideName } from '../view/panel.tsx';
import type { Words } from '../words.ts';
import { CopyDialog } from './copy-dialog.tsx';
import { EndDialog } from './end-dialog.tsx';
import { Menu } from './menu.tsx';
import css from './after.css?inline';

export { Ended } from './ended.tsx';
export { Past } from './past.tsx';
export { css };

interface SideProps {
  side: SideName;
  stage: Stage;
  view: RoomView | null;
  onSide: (side: SideName | null) => void;
  words: Words;
}

/** What stands before the conversation. */
export function Side({ side, stage, view, onSide, words }: SideProps) {
  const { chat, calling } = stage;
  const close = () => {
    stage.root.querySelector<HTMLElement>('.tool.menu')?.focus();
    onSide(null);
  };
  if (side === 'menu')
    return <Menu stage={stage} view={view} onSide={onSide} onClose={close} words={words} />;
  if (side === 'copy') return <CopyDialog stage={stage} onClose={close} words={words} />;
  const end = () => {
    onSide(null);
    calling.hangUp();
    // The log shows the end when it comes; a lost connection shows in the banner.
    chat.end().catch(() => {});
  };
  return <EndDialog onEnd={end} onCancel={close} words={words} />;
}
