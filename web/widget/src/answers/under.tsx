// What stands under a message: why it broke off, where it comes from, and what may be picked as an answer.

import {
  choicesOf,
  type Interruption,
  interruptionOf,
  isSpoken,
  sourcesOf,
} from '@switchboard/shared/entry-facts.ts';
import { addressOf } from '@switchboard/shared/browser/address-of.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import type { WordKey } from '../words.ts';
import { Icon } from '../view/icons.tsx';
import { RetryButton } from './reply-row.tsx';
import type { LogScene } from '../view/log.tsx';
import { Cards } from './cards.tsx';

const SOURCE = 'M6 4.5h8l4 4v11H6v-15ZM14 4.5v4h4M9 13h6M9 16h4';

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
      {entry.role === 'visitor' ? null : <Cards entry={entry} stage={scene.stage} words={words} />}
      <Sources entry={entry} scene={scene} />
      <Choices entry={entry} scene={scene} />
    </>
  );
}

/** In a call nobody wrote: they spoke. */
function wordOf(entry: Entry, interruption: Interruption): WordKey {
  if (isSpoken(entry) && interruption === 'superseded') return 'interrupted.spoken';
  return WHY[interruption];
}

function Sources({ entry, scene }: { entry: Entry; scene: LogScene }) {
  const sources = sourcesOf(entry);
  if (sources.length === 0) return null;
  return (
    <ul class="sources" aria-label={scene.words.t('sources.label')}>
      {sources.map(({ number, title, url }, index) => {
        const address = addressOf(url, scene.stage.hub_url);
        return (
          <li key={index}>
            <Icon path={SOURCE} size={15} />
            {number === null ? null : <span>[{number}]</span>}
            {address ? (
              <a href={address} target="_blank" rel="noopener noreferrer">
                {title}
                <small>{new URL(address).host}</small>
              </a>
            ) : (
              <span>{title}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Those that were offered earlier stay to be read, with the one that was picked. */
function Choices({ entry, scene }: { entry: Entry; scene: LogScene }) {
  const { stage, words, choices, picked } = scene;
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
          onClick={() => stage.chat.send(it.text, { reply_to: entry.id })}
        >
          {!isOpen && it.text === chosen ? <Icon name="check" size={13} /> : null}
          {it.text}
        </button>
      ))}
    </div>
  );
}
