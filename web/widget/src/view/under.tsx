// What stands under a message: why it broke off, where it comes from, and what may be picked as an answer.

import {
  choicesOf,
  type Interruption,
  interruptionOf,
  isSpoken,
  sourcesOf,
} from '@switchboard/shared/entry-facts.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import type { WordKey, Words } from '../words.ts';
import { Icon } from './icons.tsx';
import { RetryButton } from './reply-row.tsx';
import type { LogScene } from './log.tsx';

const WHY: Readonly<Record<Interruption, WordKey>> = {
  takeover: 'interrupted.takeover',
  release: 'interrupted.release',
  closed: 'interrupted.closed',
  error: 'interrupted.error',
  superseded: 'interrupted.superseded',
};

export function Under({ entry, scene }: { entry: Entry; scene: LogScene }) {
  const { words, room } = scene;
  const interruption = interruptionOf(entry);
  return (
    <>
      {interruption ? (
        <p class="interrupted">
          <span>{words.t(wordOf(entry, interruption))}</span>
          {entry.id === scene.retry_id && room ? <RetryButton room={room} words={words} /> : null}
        </p>
      ) : null}
      <Sources entry={entry} words={words} />
      <Choices entry={entry} scene={scene} />
    </>
  );
}

/** In a call nobody wrote: they spoke. */
function wordOf(entry: Entry, interruption: Interruption): WordKey {
  if (isSpoken(entry) && interruption === 'superseded') return 'interrupted.spoken';
  return WHY[interruption];
}

function Sources({ entry, words }: { entry: Entry; words: Words }) {
  const sources = sourcesOf(entry);
  if (sources.length === 0) return null;
  return (
    <ul class="sources" aria-label={words.t('sources.label')}>
      {sources.map((it, index) => (
        <li key={index}>
          <Icon name="source" size={13} />
          {it.number === null ? null : <span>[{it.number}]</span>}
          {it.url ? (
            <a href={it.url} target="_blank" rel="noopener noreferrer">
              {it.title}
            </a>
          ) : (
            <span>{it.title}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Those that were offered earlier stay to be read, with the one that was picked. */
function Choices({ entry, scene }: { entry: Entry; scene: LogScene }) {
  const { chat, words, choices, picked } = scene;
  const offered = choicesOf(entry);
  if (offered.length === 0) return null;
  const isOpen = choices?.id === entry.id && choices.isOpen;
  const chosen = picked.get(entry.id);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form.
    <div class="answers" role="group" aria-label={words.t('choices.label')}>
      {offered.map((it) => (
        <button
          key={it.id}
          type="button"
          class="chip"
          dir="auto"
          disabled={!isOpen}
          aria-pressed={!isOpen && it.text === chosen ? true : undefined}
          onClick={() => chat.send(it.text, { reply_to: entry.id })}
        >
          {!isOpen && it.text === chosen ? <Icon name="check" size={13} /> : null}
          {it.text}
        </button>
      ))}
    </div>
  );
}
