// Messages of one author in a row, with their time and how far they have come.

import type { Delivery } from '@switchboard/shared/delivery.ts';
import type { Chat } from '../chat/chat.ts';
import type { Words } from '../words.ts';
import { formatTime } from './format.ts';
import { Icon } from './icons.tsx';
import { Markdown } from './markdown.tsx';
import type { Bubble, Row } from './rows.ts';

interface GroupProps {
  row: Extract<Row, { kind: 'group' }>;
  chat: Chat;
  words: Words;
}

export function Group({ row, chat, words }: GroupProps) {
  const last = row.bubbles.at(-1);
  const name =
    row.author?.kind === 'assistant' && !row.author.name
      ? words.t('log.assistant')
      : (row.author?.name ?? '');
  return (
    <section
      class={row.isMine ? 'group mine' : 'group'}
      aria-label={row.isMine ? words.t('log.you') : name}
    >
      {row.isMine ? null : <p class="author">{name}</p>}
      {row.bubbles.map((bubble) => (
        <Message key={bubble.key} bubble={bubble} chat={chat} words={words} />
      ))}
      {last ? <Meta bubble={last} words={words} /> : null}
    </section>
  );
}

function Message({ bubble, chat, words }: { bubble: Bubble; chat: Chat; words: Words }) {
  const isFailed = bubble.delivery === 'failed';
  return (
    <>
      <div class={isFailed ? 'bubble failed' : 'bubble'} dir="auto" data-row={bubble.key}>
        <Markdown text={bubble.content} />
      </div>
      {isFailed && bubble.item ? (
        <p class="failure" role="alert">
          <Icon name="alert" size={14} />
          {words.t(bubble.item.failure === 'too_large' ? 'failed.tooLong' : 'delivery.failed')}
          <button type="button" class="link" onClick={() => chat.outbox.retry(bubble.key)}>
            {words.t('failed.retry')}
          </button>
          <button type="button" class="link" onClick={() => chat.outbox.discard(bubble.key)}>
            {words.t('failed.discard')}
          </button>
        </p>
      ) : null}
    </>
  );
}

const MARKS = { sending: 'clock', sent: 'check', delivered: 'checks', read: 'checks' } as const;

function Meta({ bubble, words }: { bubble: Bubble; words: Words }) {
  const { delivery } = bubble;
  return (
    <p class="meta">
      <time dateTime={new Date(bubble.at_ms).toISOString()}>
        {formatTime(bubble.at_ms, words.locale)}
      </time>
      {delivery && delivery !== 'failed' ? <Mark delivery={delivery} words={words} /> : null}
    </p>
  );
}

function Mark({ delivery, words }: { delivery: Exclude<Delivery, 'failed'>; words: Words }) {
  const label = words.t(`delivery.${delivery}`);
  return (
    <span class={`mark ${delivery}`} title={label}>
      <Icon name={MARKS[delivery]} size={15} />
      <span class="hidden">{label}</span>
    </span>
  );
}
