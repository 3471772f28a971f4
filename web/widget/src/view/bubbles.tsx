// Messages of one author in a row, with their time and how far they have come.

import type { Delivery } from '@switchboard/shared/delivery.ts';
import type { Attachment, User } from '@switchboard/shared/wire.ts';
import { usePart } from '../parts.ts';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { AuthorLine } from './author-line.tsx';
import { AgentFace } from './face.tsx';
import { formatTime } from './format.ts';
import { Icon } from './icons.tsx';
import { Markdown } from './markdown.tsx';
import type { LogScene } from './log.tsx';
import type { Bubble, Row } from './rows.ts';

interface GroupProps {
  row: Extract<Row, { kind: 'group' }>;
  scene: LogScene;
}

export function Group({ row, scene }: GroupProps) {
  const { words } = scene;
  const last = row.bubbles.at(-1);
  const name = nameOf(row.author, scene);
  return (
    <article
      class={row.isMine ? 'group mine' : 'group'}
      aria-label={row.isMine ? words.t('log.you') : name}
    >
      {row.isMine ? null : (
        <AuthorLine
          name={name}
          isAssistant={row.author?.kind === 'assistant'}
          face={
            row.author?.kind === 'agent' ? (
              <AgentFace stage={scene.stage} agent={row.author} />
            ) : null
          }
          words={words}
        />
      )}
      {row.bubbles.map((bubble) => (
        <Message key={bubble.key} bubble={bubble} scene={scene} />
      ))}
      {last ? <Meta bubble={last} scene={scene} /> : null}
    </article>
  );
}

/** The house speaks under the channel's name, not under that of the software. */
function nameOf(author: User | null, { stage, words }: LogScene): string {
  if (author?.kind === 'system') return stage.chat.state.get().channel?.name ?? '';
  if (author?.kind === 'assistant' && !author.name) return words.t('log.assistant');
  return author?.name ?? '';
}

function Message({ bubble, scene }: { bubble: Bubble; scene: LogScene }) {
  const { stage, words } = scene;
  const { outbox } = stage.chat;
  const { attachments, entry } = bubble;
  const isFailed = bubble.delivery === 'failed';
  // It was seen growing: it does not rise a second time.
  const isKnown = entry !== null && scene.room?.replies.get().over.includes(entry.id);
  const look = `bubble${isFailed ? ' failed' : ''}${isKnown ? ' still' : ''}`;
  return (
    <>
      {attachments.length > 0 ? (
        <div class="pictures" data-row={`${bubble.key} pictures`}>
          <Attachments attachments={attachments} stage={stage} words={words} />
        </div>
      ) : null}
      {bubble.content ? (
        <div class={look} dir="auto" data-row={bubble.key}>
          <Markdown text={bubble.content} />
          {entry && scene.answers ? (
            <scene.answers.CopyButton text={bubble.content} words={words} />
          ) : null}
        </div>
      ) : null}
      {entry && scene.answers ? <scene.answers.Under entry={entry} scene={scene} /> : null}
      {isFailed && bubble.item ? (
        <p class="failure" role="alert">
          <Icon name="alert" size={14} />
          {failureText(bubble, words)}
          <button type="button" class="link" onClick={() => outbox.retry(bubble.key)}>
            {words.t('failed.retry')}
          </button>
          <button type="button" class="link" onClick={() => outbox.discard(bubble.key)}>
            {words.t('failed.discard')}
          </button>
        </p>
      ) : null}
    </>
  );
}

/** Pictures and documents; their names until the part that draws them is here. */
function Attachments(props: { attachments: readonly Attachment[]; stage: Stage; words: Words }) {
  const { attachments, stage, words } = props;
  const files = usePart(stage, 'files');
  if (files && files !== 'failed') return <files.Shown {...props} />;
  return (
    <>
      {attachments.map(({ id, name }) => (
        <span key={id} class="file" role={files ? 'alert' : undefined}>
          {name}
          {files ? ` – ${words.t('part.failed')}` : ''}
        </span>
      ))}
    </>
  );
}

function failureText({ item, attachments }: Bubble, words: Words): string {
  // With pictures the hub's words say which of many things it was.
  if (attachments.length > 0 && item?.failure_text) {
    return words.t('failed.because', { reason: item.failure_text });
  }
  return words.t(item?.failure === 'too_large' ? 'failed.tooLong' : 'delivery.failed');
}

const MARKS = { sending: 'clock', sent: 'check', delivered: 'checks', read: 'checks' } as const;

function Meta({ bubble, scene }: { bubble: Bubble; scene: LogScene }) {
  const { words } = scene;
  const { delivery } = bubble;
  return (
    <p class="meta">
      <time dateTime={new Date(bubble.at_ms).toISOString()}>
        {formatTime(bubble.at_ms, words.locale)}
      </time>
      {bubble.entry?.metadata.voice === true ? (
        <span class="mark" title={words.t('log.spoken')}>
          <Icon name="spoken" size={13} />
          <span class="hidden">{words.t('log.spoken')}</span>
        </span>
      ) : null}
      {delivery && delivery !== 'failed' ? <Mark delivery={delivery} words={words} /> : null}
      {bubble.entry?.role === 'assistant' && scene.answers ? (
        <scene.answers.Votes entry={bubble.entry} scene={scene} />
      ) : null}
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
