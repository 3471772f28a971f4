// What is true for a visitor who waits for a person: who is there and how long it takes, or when somebody is back.

import type { RoomView } from '@switchboard/shared/room.ts';
import { emailWritten } from '@switchboard/shared/email-written.ts';
import { type Waiting, waitingOf } from '@switchboard/shared/waiting.ts';
import { useId, useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { tellReturn } from '../view/format.ts';
import { AgentFace } from '../view/face.tsx';
import { Icon } from '../view/icons.tsx';
import { isEmail } from '../view/is-email.ts';
import { useCell } from '../view/use-cell.ts';
import css from './waiting-card.css?inline';

export { css };

interface WaitingProps {
  stage: Stage;
  view: RoomView | null;
  words: Words;
}

export function WaitingCard({ stage, view, words }: WaitingProps) {
  const { chat } = stage;
  const { visitor, channel, isStale } = useCell(chat.state);
  const facts = waitingOf(view?.state, view?.entries);
  const [isChanging, setChanging] = useState(false);
  if (!facts || !view) return null;
  const email = emailWritten(view.entries, visitor?.id ?? '') ?? visitor?.email ?? null;
  const people = isStale ? [] : (channel?.availability?.people ?? []);
  const send = (address: string) => {
    setChanging(false);
    chat.send(address);
  };
  return (
    <section class="waiting" aria-label={words.t('waiting.label')}>
      {facts.isSomebodyHere && people.length > 0 ? (
        <ul class="people" aria-label={words.t('waiting.people')}>
          {people.map((agent) => (
            <li key={agent.id}>
              <AgentFace stage={stage} agent={agent} />
              <bdi>{agent.name}</bdi>
            </li>
          ))}
        </ul>
      ) : null}
      {/* What the house has just said in a message is not said twice. */}
      {facts.isTold ? null : (
        <div role="status">
          <p class="waiting-title">
            <Icon name="person" size={16} />
            {titleOf(facts, words)}
          </p>
          {facts.isSomebodyHere ? <p>{lineOf(facts, words)}</p> : null}
        </div>
      )}
      {email && !isChanging ? (
        <p>
          {words.t('waiting.email.kept', { email })}{' '}
          <button type="button" class="link" onClick={() => setChanging(true)}>
            {words.t('waiting.email.change')}
          </button>
        </p>
      ) : facts.isSomebodyHere && !isChanging ? (
        <button type="button" class="link" onClick={() => setChanging(true)}>
          {words.t('waiting.email.instead')}
        </button>
      ) : (
        <EmailForm onSend={send} words={words} />
      )}
    </section>
  );
}

function titleOf({ isSomebodyHere, reopens_at }: Waiting, words: Words): string {
  if (isSomebodyHere) return words.t('waiting.coming');
  if (reopens_at === null) return words.t('waiting.nobody');
  return tellReturn(reopens_at, Date.now(), words, 'waiting.untilAt', 'waiting.until');
}

/** How many are there, how long it takes and the place in line, as far as it is known. */
function lineOf({ online, usual_wait_seconds, position }: Waiting, words: Words): string {
  const parts = [words.t('waiting.online', { count: online })];
  if (usual_wait_seconds !== null) {
    const minutes = Math.max(1, Math.round(usual_wait_seconds / 60));
    parts.push(words.t('waiting.usual', { count: minutes }));
  }
  if (position > 0) parts.push(words.t('waiting.position', { position }));
  return parts.join(' ');
}

function EmailForm({ onSend, words }: { onSend: (email: string) => void; words: Words }) {
  const id = useId();
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.elements.namedItem('email') as HTMLInputElement;
        const text = field.value.trim();
        setWrong(!isEmail(text));
        if (isEmail(text)) onSend(text);
        else field.focus();
      }}
    >
      <label for={id}>{words.t('waiting.email.ask')}</label>
      <div class="waiting-email">
        <input
          id={id}
          name="email"
          class="field"
          type="email"
          autocomplete="email"
          inputMode="email"
          placeholder={words.t('waiting.email.placeholder')}
          aria-invalid={isWrong}
          {...(isWrong ? { 'aria-describedby': `${id}-wrong` } : {})}
        />
        <button type="submit" class="strong">
          {words.t('waiting.email.send')}
        </button>
      </div>
      {isWrong ? (
        <p id={`${id}-wrong`} class="failure" role="alert">
          {words.t('waiting.email.wrong')}
        </p>
      ) : null}
    </form>
  );
}
