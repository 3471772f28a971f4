// T, R, E, N and M act on the open conversation.

import { type RefObject, useEffect, useRef } from 'react';
import { isTyping } from '../app/keys.ts';
import type { Actions } from './actions.ts';
import type { ComposerHandle } from './composer.tsx';

interface ConversationKeys {
  actions: Actions;
  composer: RefObject<ComposerHandle | null>;
  onClose: () => void;
}

export function useConversationKeys(keys: ConversationKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const { actions, composer, onClose } = latest.current;
      const key = event.key.toLowerCase();
      if (key === 't' && actions.canTakeOver) actions.takeOver();
      else if (key === 'r' && actions.canRelease) actions.release();
      else if (key === 'e' && actions.canClose) onClose();
      else if (key === 'n') composer.current?.write('note');
      else if (key === 'm') composer.current?.write('message');
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
