// How files get into the composer: picked, dropped or pasted before the part that knows of files is loaded.

import { useEffect, useRef, useState } from 'preact/hooks';
import { usePart } from '../parts.ts';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { Icon } from './icons.tsx';

/** The files of the chat, once their part is loaded, and the way to add some; they wait until it is. */
export function useFiles(stage: Stage) {
  const [isWanted, setWanted] = useState(stage.parts.get('files') !== undefined);
  const [hasFailed, setFailed] = useState(false);
  const waiting = useRef<readonly File[]>([]);
  const part = usePart(stage, isWanted ? 'files' : null);
  const files = part && part !== 'failed' ? part.filesOf(stage.chat) : null;
  const add = (some: readonly File[]) => {
    setWanted(true);
    setFailed(false);
    if (files) files.add(some);
    else waiting.current = [...waiting.current, ...some];
  };
  useEffect(() => {
    files?.add(waiting.current);
    waiting.current = [];
    if (part !== 'failed') return;
    // Another try loads it again.
    setWanted(false);
    setFailed(true);
  }, [part]);
  return [files, add, hasFailed] as const;
}

interface PickProps {
  types: readonly string[];
  onPick: (files: readonly File[]) => void;
  words: Words;
}

export function PickButton({ types, onPick, words }: PickProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="pick"
        title={words.t('files.add')}
        aria-label={words.t('files.add')}
        onClick={() => input.current?.click()}
      >
        <Icon name="clip" size={22} />
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={types.join()}
        onChange={(event) => {
          onPick([...(event.currentTarget.files ?? [])]);
          // The same file may be picked again after it was removed.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
