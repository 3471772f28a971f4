// T, R and N act on the open conversation where list or log has the focus; Ctrl+Shift+E closes it from anywhere.

import { type RefObject, useEffect, useRef } from 'react';
import { isChord, isCommand } from '../app/keys.ts';
import type { Actions } from './actions.ts';
import type { ComposerHandle } from './composer.tsx';

interface ConversationKeys {
  actions: Actions;
  composer: RefObject<ComposerHandle | null>;
  onTake: () => void;
}

export function useConversationKeys(keys: ConversationKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { actions, composer, onTake } = latest.current;
      if (isChord(event, 'e')) {
        event.preventDefault();
        if (actions.canClose) actions.close();
        return;
      }
      if (!isCommand(event)) return;
      const key = event.key.toLowerCase();
      if (key === 't' && actions.canTakeOver) onTake();
      else if (key === 'r') composer.current?.write('message');
      else if (key === 'n') composer.current?.write('note');
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
