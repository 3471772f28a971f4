// Pictures that will go with a reply: how far each has come, what is wrong with it, and a way out.

import { canRetry, type Picture, type Pictures } from '@switchboard/shared/pictures.ts';
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { isPicture } from '../app/file-types.ts';
import { useWords, type Words } from '../app/words.ts';
import { classes } from '../ui/classes.ts';

interface TrayProps {
  picked: Pictures<File>;
  items: readonly Picture<File>[];
  /** Files of a canned reply that are not here yet. */
  coming_count: number;
  session_id: string;
}

export function PictureTray({ picked, items, coming_count, session_id }: TrayProps) {
  const words = useWords();
  if (items.length === 0 && coming_count === 0) return null;
  return (
    <div className="flex flex-col gap-1.5">
      <ul aria-label={words.t('pictures.label')} className="flex gap-2.5 overflow-x-auto pt-2 pr-2">
        {items.map((it) => (
          <Preview key={it.key} picture={it} onRemove={() => picked.remove(it.key)} />
        ))}
      </ul>
      {coming_count > 0 ? (
        <p role="status" className="text-sm text-soft">
          {words.t('canned.files.coming', { count: coming_count })}
        </p>
      ) : null}
      {items
        .filter((it) => it.problem)
        .map((it) => (
          <p key={it.key} role="alert" className="text-sm text-danger">
            {problemText(it, words)}{' '}
            {canRetry(it.problem) ? (
              <button
                type="button"
                className="font-semibold underline"
                onClick={() => picked.retry(it.key, session_id)}
              >
                {words.t('delivery.retry')}
              </button>
            ) : null}
          </p>
        ))}
    </div>
  );
}

function Preview({ picture, onRemove }: { picture: Picture<File>; onRemove: () => void }) {
  const { t } = useWords();
  const { file, status, progress, problem } = picture;
  const url = useObjectUrl(file);
  const percent = Math.round(progress * 100);
  const label = t('pictures.remove', { name: file.name });
  return (
    <li className="relative size-16 shrink-0">
      <span
        className={classes(
          'block size-full overflow-hidden rounded-lg border bg-raised text-[11px] break-all text-soft',
          status === 'failed' ? 'border-2 border-danger' : 'border-line',
        )}
      >
        {url && (problem === null || canRetry(problem)) ? (
          <img src={url} alt={file.name} className="size-full object-cover" />
        ) : (
          <span className="block p-1">{file.name}</span>
        )}
      </span>
      {status === 'uploading' ? (
        <progress
          value={percent}
          max={100}
          aria-label={file.name}
          className="absolute inset-x-1.5 bottom-1.5 h-1.5 w-[52px] accent-accent"
        />
      ) : null}
      <button
        type="button"
        title={label}
        aria-label={label}
        onClick={onRemove}
        className="absolute -top-2 -right-2 inline-flex size-6 items-center justify-center rounded-full border border-line bg-surface hover:bg-raised"
      >
        <X size={13} />
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
    if (!isPicture(file.type)) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
