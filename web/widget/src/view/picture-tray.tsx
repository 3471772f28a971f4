// Pictures that will go with the message: each with how far it has come, what is wrong with it, and a way out.

import { canRetry, type Picture } from '@switchboard/shared/pictures.ts';
import { useEffect, useState } from 'preact/hooks';
import type { Words } from '../words.ts';
import { Icon } from './icons.tsx';
import type { ChatPictures } from './use-pictures.ts';

interface TrayProps {
  pictures: ChatPictures;
  items: readonly Picture<File>[];
  words: Words;
}

export function PictureTray({ pictures, items, words }: TrayProps) {
  const troubled = items.filter((it) => it.problem);
  return (
    <div class="tray">
      <ul aria-label={words.t('pictures.label')}>
        {items.map((it) => (
          <Preview key={it.key} picture={it} pictures={pictures} words={words} />
        ))}
      </ul>
      {troubled.map((it) => (
        <p key={it.key} class="failure" role="alert">
          <Icon name="alert" size={14} />
          <span>{problemText(it, words)}</span>
          {canRetry(it.problem) ? (
            <button
              type="button"
              class="link"
              onClick={() => pictures.picked.retry(it.key, pictures.place())}
            >
              {words.t('failed.retry')}
            </button>
          ) : null}
        </p>
      ))}
    </div>
  );
}

function Preview(props: { picture: Picture<File>; pictures: ChatPictures; words: Words }) {
  const { picture, pictures, words } = props;
  const { file, key, status, progress } = picture;
  const url = useObjectUrl(file);
  const percent = Math.round(progress * 100);
  const remove = words.t('pictures.remove', { name: file.name });
  return (
    <li class={status === 'failed' ? 'preview failed' : 'preview'}>
      {url && (picture.problem === null || canRetry(picture.problem)) ? (
        <img src={url} alt={file.name} />
      ) : (
        <span class="no-picture">{file.name}</span>
      )}
      {status === 'uploading' ? (
        <span
          class="progress"
          role="progressbar"
          aria-label={file.name}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <i style={{ width: `${percent}%` }} />
        </span>
      ) : null}
      <button
        type="button"
        title={remove}
        aria-label={remove}
        onClick={() => pictures.picked.remove(key)}
      >
        <Icon name="close" size={14} />
      </button>
    </li>
  );
}

function problemText({ file, problem }: Picture<File>, words: Words): string {
  const { name } = file;
  if (problem?.why === 'hub') return words.t('pictures.refused', { name, reason: problem.text });
  if (problem?.why === 'kind') return words.t('pictures.wrongKind', { name });
  return words.t(problem?.why === 'count' ? 'pictures.tooMany' : 'pictures.unreached', { name });
}

function useObjectUrl(file: File): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
