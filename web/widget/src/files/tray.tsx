// Files that will go with the message: each with how far it has come, what is wrong with it, and a way out.

import { canRetry, type Picture } from '@switchboard/shared/pictures.ts';
import { useEffect, useState } from 'preact/hooks';
import type { Words } from '../words.ts';
import { Icon } from '../view/icons.tsx';
import { CLOSE } from './file-icons.ts';
import { useCell } from '../view/use-cell.ts';
import type { Files } from './chat-files.ts';
import { sizeText } from './size-text.ts';

export function FileTray({ files, words }: { files: Files; words: Words }) {
  const items = useCell(files.picked.items);
  const troubled = items.filter((it) => it.problem);
  return (
    <div class="tray">
      <ul aria-label={words.t('files.label')}>
        {items.map((it) => (
          <Preview key={it.key} picture={it} files={files} words={words} />
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
              onClick={() => files.picked.retry(it.key, files.place())}
            >
              {words.t('failed.retry')}
            </button>
          ) : null}
        </p>
      ))}
    </div>
  );
}

function Preview(props: { picture: Picture<File>; files: Files; words: Words }) {
  const { picture, files, words } = props;
  const { file, key, status, progress } = picture;
  const url = useObjectUrl(file);
  const percent = Math.round(progress * 100);
  const remove = words.t('pictures.remove', { name: file.name });
  return (
    <li class={status === 'failed' ? 'preview failed' : 'preview'}>
      {url && file.type.startsWith('image/') && canShow(picture) ? (
        <img src={url} alt={file.name} />
      ) : (
        <span class="no-picture" dir="auto">
          {file.name}
        </span>
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
        onClick={() => files.picked.remove(key)}
      >
        <Icon path={CLOSE} size={14} />
      </button>
    </li>
  );
}

function canShow({ problem }: Picture<File>): boolean {
  return problem === null || canRetry(problem);
}

function problemText({ file, problem }: Picture<File>, words: Words): string {
  const { name } = file;
  if (problem?.why === 'hub') return words.t('pictures.refused', { name, reason: problem.text });
  if (problem?.why === 'kind') return words.t('files.wrongKind', { name });
  if (problem?.why === 'size') {
    return words.t('files.tooLarge', { name, size: sizeText(problem.max_bytes, words.locale) });
  }
  return words.t(problem?.why === 'count' ? 'files.tooMany' : 'pictures.unreached', { name });
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
