// Pictures and documents: those that will go with the message, and those of the messages that went.

import type { Attachment } from '@switchboard/shared/wire.ts';
import type { Chat } from '../chat/chat.ts';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { filesFor } from './chat-files.ts';
import css from './files.css?inline';
import { ShownDocument } from './shown-document.tsx';
import { ShownPicture } from './shown-picture.tsx';
import { FileTray } from './tray.tsx';

export { css };

export function filesOf(chat: Chat) {
  const files = filesFor(chat);
  return {
    ...files,
    Tray: ({ words }: { words: Words }) => <FileTray files={files} words={words} />,
  };
}

interface ShownProps {
  attachments: readonly Attachment[];
  stage: Stage;
  words: Words;
}

/** Only what has the size of a picture is drawn as one; all else is a download. */
export function Shown({ attachments, stage, words }: ShownProps) {
  const { bytes } = filesFor(stage.chat);
  return attachments.map((it) =>
    it.content_type.startsWith('image/') ? (
      <ShownPicture key={it.id} attachment={it} files={bytes} words={words} />
    ) : (
      <ShownDocument key={it.id} attachment={it} files={bytes} words={words} />
    ),
  );
}
