// The assistant's reply while it is written: dots, what it is doing, then the words as they come.

import { closeOpenMarks } from '@switchboard/shared/markdown-live.ts';
import type { Reply, ReplyFailure } from '@switchboard/shared/replies.ts';
import type { Room } from '@switchboard/shared/room.ts';
import type { WidgetChannel } from '@switchboard/shared/wire.ts';
import { useState } from 'preact/hooks';
import type { Words } from '../words.ts';
import { AuthorLine } from '../view/author-line.tsx';
import { Icon } from '../view/icons.tsx';
import { Markdown } from '../view/markdown.tsx';
import { useCell } from '../view/use-cell.ts';
import { toolText } from './tool-text.ts';

const RETRY = 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5';

interface ReplyRowProps {
  room: Room;
  assistant: WidgetChannel['assistant'];
  /** Whether the assistant's words stand right above it, under its name. */
  isContinued: boolean;
  /** Whether the log itself offers another try. */
  hasRetry: boolean;
  words: Words;
}

export function ReplyRow({ room, assistant, isContinued, hasRetry, words }: ReplyRowProps) {
  const { current, failure } = useCell(room.replies);
  const name = assistant?.name ?? words.t('log.assistant');
  if (current) {
    return <Growing reply={current} name={name} isContinued={isContinued} words={words} />;
  }
  return failure && !hasRetry ? <Failed room={room} failure={failure} words={words} /> : null;
}

interface GrowingProps {
  reply: Reply;
  name: string;
  isContinued: boolean;
  words: Words;
}

function Growing({ reply, name, isContinued, words }: GrowingProps) {
  const { text, stage } = reply;
  return (
    // The log tells readers of the screen the whole entry when it comes, not every piece.
    <article
      class={isContinued ? 'group growing continued' : 'group growing'}
      aria-label={name}
      aria-live="off"
      data-stage={stage}
    >
      {isContinued ? null : <AuthorLine name={name} isAssistant words={words} />}
      {text ? (
        <div class="bubble still" dir="auto">
          <Markdown text={closeOpenMarks(text)} />
        </div>
      ) : null}
      {text && stage === 'writing' ? null : <Doing reply={reply} name={name} words={words} />}
    </article>
  );
}

function Doing({ reply, name, words }: { reply: Reply; name: string; words: Words }) {
  const what = doingText(reply, words);
  return (
    <p class="doing">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {what ?? <span class="hidden">{words.t('reply.thinking', { name })}</span>}
    </p>
  );
}

function doingText({ stage, tool }: Reply, words: Words): string | null {
  return stage === 'tool' ? toolText(tool, words) : null;
}

function Failed({ room, failure, words }: { room: Room; failure: ReplyFailure; words: Words }) {
  return (
    <p class="failure reply-failure" role="alert">
      <Icon name="alert" size={16} />
      <span>{failure.message || words.t('reply.failed')}</span>
      {failure.retry ? <RetryButton room={room} words={words} /> : null}
    </p>
  );
}

export function RetryButton({ room, words }: { room: Room; words: Words }) {
  const [step, setStep] = useState<'rest' | 'asking' | 'failed'>('rest');
  const retry = () => {
    setStep('asking');
    room.retryReply().then(
      () => setStep('rest'),
      () => setStep('failed'),
    );
  };
  return (
    <>
      <button type="button" class="chip" disabled={step === 'asking'} onClick={retry}>
        <Icon path={RETRY} size={14} />
        {words.t('failed.retry')}
      </button>
      {step === 'failed' ? <span role="alert">{words.t('person.failed')}</span> : null}
    </>
  );
}
