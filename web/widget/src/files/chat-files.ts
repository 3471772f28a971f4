// The files of the chat: those picked and not sent yet, and the bytes of those that were.

import { PictureFiles } from '@switchboard/shared/browser/picture-files.ts';
import { uploadTo } from '@switchboard/shared/browser/upload.ts';
import { PICTURE_TYPES } from '@switchboard/shared/picture-types.ts';
import { type Accepted, Pictures } from '@switchboard/shared/pictures.ts';
import type { Chat } from '../chat/chat.ts';

const known = new WeakMap<Chat, ReturnType<typeof build>>();

export type Files = ReturnType<typeof build>;

export function filesFor(chat: Chat): Files {
  const files = known.get(chat) ?? build(chat);
  known.set(chat, files);
  return files;
}

function build(chat: Chat) {
  const base = `${chat.hub_url}/api/v1`;
  const token = () => chat.token;
  const accepted = (): Accepted => acceptedBy(chat);
  const picked = new Pictures(uploadTo({ url: `${base}/widget/attachments`, token }), accepted);
  const bytes = new PictureFiles((id) => ({ url: `${base}/attachments/${id}`, token: token() }));
  /** Where uploads may go already, before anything is sent. */
  const place = () => {
    const { room } = chat.state.get();
    return room && room.view.get().state?.status !== 'closed' ? room.id : null;
  };
  chat.state.subscribe(({ phase }) => {
    if (phase !== 'idle') return;
    picked.clear();
    bytes.clear();
  });
  return {
    picked,
    bytes,
    place,
    add: (files: readonly File[]) => picked.add(files, place()),
    /** Sends the words with all files; false where one did not get there. */
    async send(text: string): Promise<boolean> {
      const attachments = await picked.upload(await chat.ensureConversation());
      if (!attachments) return false;
      picked.clear();
      chat.send(text, { attachments });
      return true;
    },
  };
}

function acceptedBy(chat: Chat): Accepted {
  const files = chat.state.get().channel?.files;
  if (!files) return { types: PICTURE_TYPES, maxBytes: () => Number.POSITIVE_INFINITY };
  return {
    types: files.types,
    maxBytes: (type) => (PICTURE_TYPES.includes(type) ? files.max_bytes : files.document_max_bytes),
  };
}
