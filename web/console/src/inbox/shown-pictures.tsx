// The pictures of a message; their place is kept before they are there, and each opens large.

import type { Attachment } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { PictureDialog } from '../ui/picture-dialog.tsx';

const MAX_SIDE_PX = 280;

export function ShownPictures({ attachments }: { attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <div className="flex max-w-[min(80%,640px)] flex-wrap items-start gap-1.5">
      {attachments.map((it) => (
        <ShownPicture key={it.id} attachment={it} />
      ))}
    </div>
  );
}

function ShownPicture({ attachment }: { attachment: Attachment }) {
  const { t } = useWords();
  const { pictures } = useLive();
  const { id, name, width = MAX_SIDE_PX, height = MAX_SIDE_PX } = attachment;
  const { data, error, refetch } = useQuery({
    queryKey: ['picture', id],
    queryFn: () => pictures.get(id),
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  const [isLarge, setLarge] = useState(false);
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(width, height));
  const size = { width: Math.max(width * scale, 40), aspectRatio: `${width} / ${height}` };
  const look = 'max-w-full overflow-hidden rounded-xl border border-line bg-raised';
  if (error) {
    return (
      <button
        type="button"
        style={size}
        className={`${look} flex min-h-20 min-w-36 flex-col items-center justify-center gap-1 p-2 text-sm text-soft`}
        onClick={() => void refetch()}
      >
        <RotateCcw size={16} aria-hidden="true" />
        {t('pictures.broken', { name })}
      </button>
    );
  }
  return (
    <>
      <button
        type="button"
        style={size}
        disabled={!data}
        title={t('pictures.open')}
        className={`${look} cursor-zoom-in`}
        onClick={() => setLarge(true)}
      >
        {data ? (
          <img src={data} alt={name} className="size-full object-cover" />
        ) : (
          <span className="sr-only">{name}</span>
        )}
      </button>
      {isLarge && data ? (
        <PictureDialog url={data} name={name} onClose={() => setLarge(false)} />
      ) : null}
    </>
  );
}
