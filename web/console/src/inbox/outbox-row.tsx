// A reply or note that is not in the log yet.

import type { OutboxItem } from '@switchboard/shared/outbox.ts';
import { Failure } from '@switchboard/shared/errors.ts';
import { failureText } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import { Markdown } from '../ui/markdown.tsx';
import { DeliveryMark } from './delivery-mark.tsx';
import { look } from './entry-row.tsx';
import { ShownPictures } from './shown-pictures.tsx';

export function OutboxRow({ item }: { item: OutboxItem }) {
  const words = useWords();
  const { outbox } = useLive();
  const id = item.client_message_id;
  const hasFailed = item.status === 'failed';
  return (
    <article className="mt-1 flex flex-col items-end gap-1" data-kind={item.kind}>
      <ShownPictures attachments={item.attachments ?? []} />
      <div
        hidden={item.content === ''}
        className={classes(
          'max-w-[min(80%,640px)] rounded-2xl px-3.5 py-2',
          look({ kind: item.kind, role: 'agent' }),
          hasFailed && 'ring-2 ring-danger',
        )}
        dir="auto"
      >
        <Markdown text={item.content} />
      </div>
      {hasFailed ? (
        <p
          role="alert"
          className="flex flex-wrap items-center justify-end gap-2 px-1 text-sm text-danger"
        >
          {words.t('delivery.failed')}:{' '}
          {failureText(new Failure(item.failure ?? 'internal', item.failure_text ?? ''), words)}
          <button
            type="button"
            className="font-semibold underline"
            onClick={() => outbox.retry(id)}
          >
            {words.t('delivery.retry')}
          </button>
          <button
            type="button"
            className="font-semibold underline"
            onClick={() => outbox.discard(id)}
          >
            {words.t('delivery.discard')}
          </button>
        </p>
      ) : (
        <p className="px-1 text-xs text-soft">
          <DeliveryMark delivery={item.status} />
        </p>
      )}
    </article>
  );
}
