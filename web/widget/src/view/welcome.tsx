// Before the first word: the greeting, who is there, what may be asked, and that a machine answers.

import { useState } from 'preact/hooks';
import { usePart } from '../parts.ts';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { availabilityText } from './availability.ts';
import { Icon, type IconName } from './icons.tsx';
import { AskPerson } from './person-button.tsx';
import { useCell } from './use-cell.ts';

interface WelcomeProps {
  stage: Stage;
  /** Whether something was said already, or is asked by a form first. */
  hasBegun: boolean;
  onLeaveMessage?: (() => void) | null;
  words: Words;
}

export function Welcome({ stage, hasBegun, onLeaveMessage, words }: WelcomeProps) {
  const { chat, options, calling } = stage;
  const known = useCell(chat.state);
  const { channel } = known;
  const { assistant, availability, welcome, handoff_enabled } = channel ?? {};
  const [isAssisted, setAssisted] = useState(false);
  const questions = hasBegun ? [] : (welcome?.questions ?? channel?.welcome_questions ?? []);
  const isAway = availability?.is_open === false;
  const obstacle = channel?.voice_enabled ? calling.obstacle : null;
  const here = availabilityText(known, words);
  const hasMedia = !hasBegun && (welcome?.picture || welcome?.video);
  const media = usePart(stage, hasMedia ? 'media' : null);
  const isAsked = channel?.first_choice && assistant && !hasBegun && !isAssisted;
  return (
    <div class="welcome">
      {media && media !== 'failed' ? <media.Media stage={stage} /> : null}
      <p class="greeting" dir="auto">
        {options.greeting ?? channel?.greeting ?? words.t('greeting.default')}
      </p>
      {isAway && channel?.offline_text ? (
        <p class="greeting" dir="auto">
          {channel.offline_text}
        </p>
      ) : null}
      {handoff_enabled && here && !hasBegun ? <Line name="person">{here}</Line> : null}
      {assistant ? (
        <Line name="spark">
          {words.t(handoff_enabled ? 'honest.person' : 'honest', { name: assistant.name })}
        </Line>
      ) : null}
      {obstacle ? <Line name="phone">{words.t(`call.${obstacle}`)}</Line> : null}
      {onLeaveMessage && !hasBegun ? (
        <p class="answers">
          <button type="button" class="chip" onClick={onLeaveMessage}>
            {words.t('offline.title')}
          </button>
        </p>
      ) : null}
      {isAsked ? (
        <Answers label={words.t('first.label')}>
          <button type="button" class="chip" onClick={() => setAssisted(true)}>
            <Icon name="spark" size={16} />
            {words.t('first.assistant')}
          </button>
          <AskPerson chat={chat} words={words} />
        </Answers>
      ) : questions.length > 0 ? (
        <Answers label={words.t('welcome.questions')}>
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
        </Answers>
      ) : null}
    </div>
  );
}

function Answers({ label, children }: { label: string; children: preact.ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form.
    <div class="answers" role="group" aria-label={label}>
      {children}
    </div>
  );
}

function Line({ name, children }: { name: IconName; children: string }) {
  return (
    <p class="honest">
      <Icon name={name} size={14} />
      <span>{children}</span>
    </p>
  );
}
