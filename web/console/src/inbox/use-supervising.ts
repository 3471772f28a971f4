// What an agent does with a reply that visitors have not seen, by button and by key.

import type { Settled } from '@switchboard/shared/wire.ts';
import { Failure } from '@switchboard/shared/errors.ts';
import type { Room } from '@switchboard/shared/room.ts';
import { type RefObject, useEffect, useState } from 'react';
import type { Offered } from '../acts/act-board.ts';
import { useOffer } from '../acts/use-offer.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords, type WordKey, type Words } from '../app/words.ts';
import type { ComposerHandle } from './composer.tsx';
import type { Supervised } from './use-supervised.ts';

export interface Supervising {
  isEditing: boolean;
  /** The words as they are being changed. */
  text: string;
  hold: () => void;
  send: () => void;
  stop: () => void;
  /** Takes the conversation over, with the words as one's own draft. */
  draft: () => void;
  edit: () => void;
  change: (text: string) => void;
  sendEdited: () => void;
  cancelEdit: () => void;
}

interface Editing {
  message_id: string;
  text: string;
  isChanged: boolean;
}

const WON: Readonly<Record<Settled['won'], WordKey>> = {
  sent: 'supervised.won.sent',
  edited: 'supervised.won.edited',
  stopped: 'supervised.won.stopped',
  deadline: 'supervised.won.deadline',
  takeover: 'supervised.won.takeover',
  handoff: 'supervised.won.handoff',
  ended: 'supervised.won.ended',
  superseded: 'supervised.won.superseded',
};

interface Parts {
  room: Room | null;
  reply: Supervised | null;
  composer: RefObject<ComposerHandle | null>;
  takeOver: () => Promise<boolean>;
}

export function useSupervising({ room, reply, composer, takeOver }: Parts): Supervising {
  const words = useWords();
  const { connection, drafts } = useLive();
  const [editing, setEditing] = useState<Editing | null>(null);
  const sessionId = room?.id ?? '';
  const messageId = reply?.message_id ?? '';
  const settle = (asked: Promise<{ state: Parameters<Room['setState']>[0] }>) =>
    asked.then(
      (answer) => {
        room?.setState(answer.state);
        return true;
      },
      (error: unknown) => {
        tellWhoWon(error, words);
        return false;
      },
    );
  const on = { session_id: sessionId, message_id: messageId };
  const keepAsDraft = (text: string) => {
    if (!drafts.get(sessionId, 'message').trim()) drafts.set(sessionId, 'message', text);
  };
  // What was being changed is not lost when the reply goes its own way.
  const lost = editing && editing.message_id !== messageId ? editing : null;
  useEffect(() => {
    if (!lost) return;
    setEditing(null);
    if (lost.isChanged) {
      keepAsDraft(lost.text);
      toast('bad', words.t('supervised.kept'));
    }
  });
  const acts: Supervising = {
    isEditing: editing !== null && lost === null,
    text: editing?.text ?? '',
    hold: () => void settle(connection.ask('reply:hold', on)),
    send: () => void settle(connection.ask('reply:send', on)),
    stop: () => void settle(connection.ask('reply:stop', on)),
    draft: () => {
      if (!reply) return;
      keepAsDraft(reply.text);
      composer.current?.take(takeOver());
    },
    edit: () => {
      if (!reply) return;
      setEditing({ message_id: messageId, text: reply.text, isChanged: false });
      // Nothing goes out under the hands of whoever changes it.
      void settle(connection.ask('reply:hold', on));
    },
    change: (text) => setEditing((it) => it && { ...it, text, isChanged: true }),
    sendEdited: () => {
      const content = editing?.text.trim();
      if (!content) return;
      // Sent or not, it is no longer under one's hands; what another decided first leaves the words as a draft.
      setEditing(null);
      void settle(connection.ask('reply:edit', { ...on, content })).then((isSent) => {
        if (!isSent) keepAsDraft(content);
      });
    },
    cancelEdit: () => {
      setEditing(null);
      document.querySelector<HTMLElement>('[role=log]')?.focus();
    },
  };
  useOffer(reply !== null && editing === null ? offeredBy(acts) : []);
  return acts;
}

function offeredBy({ send, hold, edit, draft, stop }: Supervising): readonly Offered[] {
  return [
    { id: 'replySend', run: send },
    { id: 'replyHold', run: hold },
    { id: 'replyEdit', run: edit },
    { id: 'replyDraft', run: draft },
    { id: 'replyStop', run: stop },
  ];
}

function tellWhoWon(error: unknown, words: Words): void {
  const settled = error instanceof Failure ? (error.details as Partial<Settled>) : null;
  const word = settled?.won ? WON[settled.won] : undefined;
  if (!word) toastFailure(words)(error);
  else toast('bad', words.t(word, { name: settled?.by?.name ?? words.t('supervised.somebody') }));
}
