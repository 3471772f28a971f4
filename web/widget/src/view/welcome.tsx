// Before the first word: the greeting, what may be asked, and that a machine answers.

import type { CallObstacle } from '@switchboard/shared/browser/can-call.ts';
import type { Chat } from '../chat/chat.ts';
import type { Words } from '../words.ts';
import { Icon } from './icons.tsx';
import { useCell } from './use-cell.ts';

interface WelcomeProps {
  chat: Chat;
  greeting: string;
  /** Whether something was said already. */
  hasBegun: boolean;
  /** Why there are no calls where there should be. */
  obstacle: CallObstacle | null;
  words: Words;
}

export function Welcome({ chat, greeting, hasBegun, obstacle, words }: WelcomeProps) {
  const { channel } = useCell(chat.state);
  const questions = hasBegun ? [] : (channel?.welcome_questions ?? []);
  return (
    <>
      <p class="greeting" dir="auto">
        {greeting}
      </p>
      {channel?.assistant ? (
        <p class="honest">
          <Icon name="spark" size={14} />
          <span>
            {words.t(channel.handoff_enabled ? 'honest.person' : 'honest', {
              name: channel.assistant.name,
            })}
          </span>
        </p>
      ) : null}
      {obstacle ? (
        <p class="honest">
          <Icon name="phone" size={14} />
          <span>{words.t(`call.${obstacle}`)}</span>
        </p>
      ) : null}
      {questions.length > 0 ? (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form.
        <div class="answers" role="group" aria-label={words.t('welcome.questions')}>
          {questions.map((question) => (
            <button
              key={question}
              type="button"
              class="chip"
              dir="auto"
              onClick={() => chat.send(question)}
            >
              {question}
            </button>
          ))}
        </div>
      ) : null}
    </>
  );
}
