// After the end: begin again, or leave no trace on a shared computer.

import type { Chat } from '../chat/chat.ts';
import type { Words } from '../words.ts';

export function Ended({ chat, words }: { chat: Chat; words: Words }) {
  const forget = () => {
    chat.forget();
    chat.start();
  };
  return (
    <div class="ended">
      <button type="button" class="strong" onClick={() => chat.startOver()}>
        {words.t('ended.new')}
      </button>
      <button type="button" class="link" onClick={forget}>
        {words.t('ended.forget')}
      </button>
    </div>
  );
}
