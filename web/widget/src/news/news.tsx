// What tells a visitor who is elsewhere that somebody wrote: a bubble beside the button, a sound, the page's title.

import { markdownToText } from '@switchboard/shared/markdown.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import { useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import { AgentFace, Face } from '../view/face.tsx';
import { Icon } from '../view/icons.tsx';
import { useCell } from '../view/use-cell.ts';
import { useRoomView } from '../view/use-room-view.ts';
import type { Words } from '../words.ts';
import { isSoundOn, play } from './sound.ts';
import { blink } from './title.ts';
import css from './news.css?inline';

export { css };

const CLOSE = 'M6 6l12 12M18 6L6 18';

/** As much of a reply as the bubble shows. */
const PEEK_CHARS = 90;

export function tell(stage: Stage, entry: Entry): void {
  if (isSoundOn(stage)) play();
  if (document.visibilityState === 'hidden') {
    blink(`${nameOf(entry, stage)}: ${textOf(entry)}`);
  }
}

export function Peek({ stage, words }: { stage: Stage; words: Words }) {
  const { room, visitor } = useCell(stage.chat.state);
  const view = useRoomView(room);
  const { memory } = stage;
  const [closed, setClosed] = useState(memory.get('peek'));
  const newest = view?.entries.findLast(
    ({ kind, author }) => kind === 'message' && author.id !== visitor?.id,
  );
  // One that was put away stays away on the next page too.
  if (!newest || newest.id === closed) return null;
  const name = nameOf(newest, stage);
  const { assistant } = stage.chat.state.get().channel ?? {};
  return (
    <div class="peek" lang={words.locale} dir={words.dir} role="status">
      <button type="button" class="peek-open" onClick={() => stage.isOpen.set(true)}>
        {newest.author.kind === 'agent' ? (
          <AgentFace stage={stage} agent={newest.author} />
        ) : (
          <Face
            name={name}
            picture={newest.role === 'assistant' ? (assistant?.picture ?? null) : null}
          />
        )}
        <span>
          <b dir="auto">{name}</b>
          <span dir="auto">{textOf(newest)}</span>
        </span>
      </button>
      <button
        type="button"
        class="peek-close"
        title={words.t('peek.close')}
        aria-label={words.t('peek.close')}
        onClick={() => {
          memory.set('peek', newest.id);
          setClosed(newest.id);
          stage.launcher.focus();
        }}
      >
        <Icon path={CLOSE} size={14} />
      </button>
    </div>
  );
}

function nameOf({ author }: Entry, { chat, words }: Stage): string {
  if (author.kind === 'system') return chat.state.get().channel?.name ?? '';
  return author.name || words.get().t('log.assistant');
}

function textOf(entry: Entry): string {
  const text = markdownToText(entry.content) || entry.attachments.map((it) => it.name).join(', ');
  const signs = [...text];
  return signs.length > PEEK_CHARS ? `${signs.slice(0, PEEK_CHARS).join('').trimEnd()}…` : text;
}
