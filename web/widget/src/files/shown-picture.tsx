// A picture of a message; its place is kept before it is there, and it opens large.

import type { PictureFiles } from '@switchboard/shared/browser/picture-files.ts';
import type { Attachment } from '@switchboard/shared/wire.ts';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Words } from '../words.ts';
import { keepFocusInside } from '../view/focus.ts';
import { Icon } from '../view/icons.tsx';
import { CLOSE, RETRY } from './file-icons.ts';

const MAX_SIDE_PX = 220;

interface ShownProps {
  attachment: Attachment;
  files: PictureFiles;
  words: Words;
}

export function ShownPicture({ attachment, files, words }: ShownProps) {
  const { name, width = MAX_SIDE_PX, height = MAX_SIDE_PX } = attachment;
  const { url, hasFailed, retry } = usePictureUrl(files, attachment.id);
  const [isLarge, setLarge] = useState(false);
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(width, height));
  const size = { width: `${Math.max(width * scale, 40)}px`, aspectRatio: `${width} / ${height}` };
  if (hasFailed) {
    return (
      <button type="button" class="picture broken" style={size} onClick={retry}>
        <Icon path={RETRY} />
        {words.t('pictures.broken', { name })}
      </button>
    );
  }
  return (
    <>
      <button
        type="button"
        class="picture"
        style={size}
        disabled={!url}
        title={words.t('pictures.open')}
        onClick={() => setLarge(true)}
      >
        {url ? <img src={url} alt={name} /> : <span class="hidden">{name}</span>}
      </button>
      {isLarge && url ? (
        <Large url={url} name={name} onClose={() => setLarge(false)} words={words} />
      ) : null}
    </>
  );
}

interface LargeProps {
  url: string;
  name: string;
  onClose: () => void;
  words: Words;
}

function Large({ url, name, onClose, words }: LargeProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => ref.current?.showModal(), []);
  return (
    // A dialog of the browser's own: above everything on the page, and Escape closes it.
    <dialog
      ref={ref}
      class="large"
      aria-label={name}
      onClose={onClose}
      onClick={onClose}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (ref.current) keepFocusInside(ref.current, event);
      }}
    >
      <img src={url} alt={name} />
      <button type="button" class="tool" aria-label={words.t('pictures.close')} onClick={onClose}>
        <Icon path={CLOSE} />
      </button>
    </dialog>
  );
}

function usePictureUrl(files: PictureFiles, id: string) {
  const [url, setUrl] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    let isGone = false;
    setFailed(false);
    files.get(id).then(
      (found) => !isGone && setUrl(found),
      () => !isGone && setFailed(true),
    );
    return () => {
      isGone = true;
    };
  }, [files, id, tries]);
  return { url, hasFailed, retry: () => setTries((count) => count + 1) };
}
