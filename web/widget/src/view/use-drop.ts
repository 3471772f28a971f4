// Files dropped anywhere on the chat.

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Whether files are held over the chat just now. */
export function useDrop(
  inside: RefObject<HTMLElement | null>,
  onFiles: (files: readonly File[]) => void,
): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    const panel = inside.current?.closest<HTMLElement>('.panel');
    const names = ['dragover', 'dragleave', 'drop'] as const;
    const look = (event: DragEvent) => {
      const { type, dataTransfer, relatedTarget } = event;
      if (!dataTransfer?.types.includes('Files')) return;
      if (type !== 'dragleave') event.preventDefault();
      const isInside = relatedTarget instanceof Node && panel?.contains(relatedTarget);
      setOver(type === 'dragover' || (type === 'dragleave' && isInside === true));
      if (type === 'drop') latest.current([...dataTransfer.files]);
    };
    for (const name of names) panel?.addEventListener(name, look);
    return () => {
      for (const name of names) panel?.removeEventListener(name, look);
    };
  }, [inside]);
  return isOver;
}
