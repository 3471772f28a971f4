// After the end: how it was, a copy, a new beginning, or no trace on a shared computer.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import { useCell } from '../view/use-cell.ts';
import type { Words } from '../words.ts';
import { Rating } from './rating.tsx';
import { downloadTranscript } from './transcript.ts';

export function Ended(props: { stage: Stage; onCopy: () => void; words: Words }) {
  const { stage, onCopy, words } = props;
  const { chat } = stage;
  const { channel, room } = useCell(chat.state);
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // The field that had the focus is gone.
    const root = ref.current?.getRootNode();
    if (root instanceof ShadowRoot && root.activeElement === null) ref.current?.focus();
  }, []);
  const [hasFailed, setFailed] = useState(false);
  const download = () => {
    setFailed(false);
    downloadTranscript(stage, words.locale).catch(() => setFailed(true));
  };
  const forget = () => {
    chat.forget();
    chat.start();
  };
  const isNewer = channel?.ratings !== undefined;
  return (
    <div ref={ref} class="ended" tabIndex={-1}>
      {channel?.ratings && room ? (
        <Rating key={room.id} stage={stage} room={room} words={words} />
      ) : null}
      <div class="ended-row">
        <button type="button" class="strong" onClick={() => chat.startOver()}>
          {words.t('ended.new')}
        </button>
        {isNewer ? (
          <button type="button" class="quiet" onClick={channel.mail ? onCopy : download}>
            {words.t(channel.mail ? 'menu.mail' : 'menu.download')}
          </button>
        ) : null}
      </div>
      {hasFailed ? (
        <p class="failure" role="alert">
          {words.t('part.failed')}
        </p>
      ) : null}
      <button type="button" class="link" onClick={forget}>
        {words.t('ended.forget')}
      </button>
    </div>
  );
}
