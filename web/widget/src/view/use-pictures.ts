// The pictures of the chat: those picked and not sent yet, and the bytes of those that were.

import { PictureFiles } from '@switchboard/shared/browser/picture-files.ts';
import { uploadTo } from '@switchboard/shared/browser/upload.ts';
import { Pictures } from '@switchboard/shared/pictures.ts';
import { useMemo } from 'preact/hooks';
import type { Chat } from '../chat/chat.ts';

export interface ChatPictures {
  picked: Pictures<File>;
  files: PictureFiles;
  /** Where uploads may go already, before anything is sent. */
  place(): string | null;
  /** Sends the words with all pictures; false where a picture did not get there. */
  send(text: string): Promise<boolean>;
}

export function usePictures(chat: Chat): ChatPictures {
  return useMemo(() => buildPictures(chat), [chat]);
}

function buildPictures(chat: Chat): ChatPictures {
  const base = `${chat.hub_url}/api/v1`;
  const token = () => chat.token;
  const picked = new Pictures(uploadTo({ url: `${base}/widget/attachments`, token }));
  const files = new PictureFiles((id) => ({ url: `${base}/attachments/${id}`, token: token() }));
  return {
    picked,
    files,
    place() {
      const { room } = chat.state.get();
      return room && room.view.get().state?.status !== 'closed' ? room.id : null;
    },
    async send(text) {
      const attachments = await picked.upload(await chat.ensureConversation());
      if (!attachments) return false;
      picked.clear();
      chat.send(text, { attachments });
      return true;
    },
  };
}
