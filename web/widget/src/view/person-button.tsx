// Asks for a person; gone once one answers, or was asked for, or where the channel has none.

import type { RoomView } from '@switchboard/shared/room.ts';
import { waitingOf } from '@switchboard/shared/waiting.ts';
import { useState } from 'preact/hooks';
import type { Chat } from '../chat/chat.ts';
import type { Words } from '../words.ts';
import { Icon } from './icons.tsx';
import { isPersonAsked } from './rows.ts';
import { useCell } from './use-cell.ts';

interface PersonButtonProps {
  chat: Chat;
  view: RoomView | null;
  words: Words;
}

export function PersonButton({ chat, view, words }: PersonButtonProps) {
  const { channel } = useCell(chat.state);
  const state = view?.state;
  const isNeeded =
    channel?.handoff_enabled &&
    state &&
    state.status !== 'closed' &&
    state.responder.kind !== 'agent' &&
    !isPersonAsked(view.entries) &&
    // The card says already that somebody is coming.
    !waitingOf(state, view.entries)?.isSomebodyHere;
  return isNeeded ? (
    <div class="person">
      <AskPerson chat={chat} words={words} />
    </div>
  ) : null;
}

export function AskPerson({ chat, words }: Pick<PersonButtonProps, 'chat' | 'words'>) {
  const [step, setStep] = useState<'rest' | 'asking' | 'failed'>('rest');
  const ask = () => {
    setStep('asking');
    chat.requestPerson().then(
      () => setStep('rest'),
      () => setStep('failed'),
    );
  };
  return (
    <>
      <button type="button" class="chip" disabled={step === 'asking'} onClick={ask}>
        <Icon name="person" size={16} />
        {words.t('person.ask')}
      </button>
      {step === 'failed' ? (
        <span class="failure" role="alert">
          {words.t('person.failed')}
        </span>
      ) : null}
    </>
  );
}
