// What is being said, under the conversation; each line becomes a message when it is written.

import type { LiveLine } from '@switchboard/shared/voice/live-lines.ts';
import type { Speaker } from '../calling.ts';
import { AuthorLine } from '../view/author-line.tsx';
import { useCell } from '../view/use-cell.ts';
import type { Words } from '../words.ts';
import type { CallScene } from './open-call.tsx';

interface LinesProps {
  scene: CallScene;
  /** What the log itself shows as being written: the same words, where they are the assistant's. */
  growing_id: string | null;
  /** Whose words stand right above. */
  above: Speaker | null;
  words: Words;
}

export function LiveLines({ scene, growing_id, above, words }: LinesProps) {
  const lines = useCell(scene.client.lines).filter(
    (line) => line.text !== '' && line.entry_id !== growing_id,
  );
  const assistant = scene.chat.state.get().channel?.assistant?.name ?? words.t('log.assistant');
  let before = above;
  return lines.map((line) => {
    const speaker = speakerOf(line, assistant);
    const { isMine, name } = speaker;
    const isContinued = before?.isMine === isMine && (isMine || before.name === name);
    before = speaker;
    return (
      // Readers of the screen are told the whole message when it comes, not every word.
      <article
        key={line.entry_id}
        class={`group live${isMine ? ' mine' : ''}${isContinued ? ' continued' : ''}`}
        aria-label={isMine ? words.t('log.you') : name}
        aria-live="off"
        data-entry={line.entry_id}
        data-final={line.isFinal}
      >
        {isMine || isContinued ? null : (
          <AuthorLine name={name} isAssistant={line.role === 'assistant'} words={words} />
        )}
        <div class="bubble still" dir="auto">
          {line.text}
        </div>
      </article>
    );
  });
}

function speakerOf({ role, agent }: LiveLine, assistant: string): Speaker {
  return { isMine: role === 'visitor', name: role === 'agent' ? (agent?.name ?? '') : assistant };
}
