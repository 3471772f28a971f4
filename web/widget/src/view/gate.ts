// What a visitor passes before the first word: a form with who they are, or one for a message where nobody is.

import type { Visitor } from '@switchboard/shared/wire.ts';
import { useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import { useCell } from './use-cell.ts';

export type Gate = 'prechat' | 'offline';

/** The form that comes first, if any, the way to pass it, and the way to ask for that of a message where an assistant
 * answers at all hours. */
export function useGate({ chat, memory }: Stage) {
  const { channel, room, phase, isNew } = useCell(chat.state);
  const items = useCell(chat.outbox.items);
  // Remembered beyond the panel and the page: `message` by who wants to leave one, `chat` by who rather writes.
  const [choice, setChoice] = useState(memory.get('gate'));
  const choose = (to: 'message' | 'chat') => {
    memory.set('gate', to);
    setChoice(to);
  };
  const isWriting = choice === 'message';
  const isFirst = phase === 'ready' && items.length === 0;
  const isAsked = isFirst && !room;
  const isOffered = channel?.offline_form === true && channel.availability?.is_open === false;
  // Who has begun a message keeps its form, also when somebody comes back or another tab begins a conversation.
  const isOffline =
    isFirst && isWriting
      ? !room || !isNew
      : isAsked && isOffered && !channel.assistant && choice !== 'chat';
  const gate: Gate | null = isOffline
    ? 'offline'
    : isAsked && channel?.prechat_form && !chat.hasFilledForm
      ? 'prechat'
      : null;
  const pass = (visitor?: Visitor) => {
    if (gate === 'prechat') chat.formFilled(visitor);
    else choose('chat');
  };
  const want = () => choose('message');
  return { gate, pass, want, leaveMessage: isAsked && isOffered ? want : null };
}
