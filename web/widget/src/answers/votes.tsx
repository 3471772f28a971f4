// What the visitor thinks of an answer of the assistant: thumbs up or down, and back.

import type { Entry } from '@switchboard/shared/wire.ts';
import { useState } from 'preact/hooks';
import { Icon } from '../view/icons.tsx';
import type { LogScene } from '../view/log.tsx';

const THUMB =
  'M7.5 11l3.8-7a2 2 0 0 1 2 2.5l-.8 3.5H18a1.8 1.8 0 0 1 1.8 2.2l-1.3 6a2 2 0 0 1-2 1.8h-9ZM7.5 11H4v9h3.5';

export function Votes({ entry, scene }: { entry: Entry; scene: LogScene }) {
  const { stage, votes, words } = scene;
  const [asked, setAsked] = useState<number | null>(null);
  if (!votes) return null;
  const vote = asked ?? votes.get(entry.id) ?? 0;
  const rate = (value: 1 | -1) => {
    const wanted = vote === value ? null : value;
    // Shown at once; what the hub does not take is put back.
    setAsked(wanted ?? 0);
    stage.chat.rate(entry.id, wanted).catch(() => setAsked(null));
  };
  return (
    <span class="votes">
      {([1, -1] as const).map((value) => {
        const label = words.t(value === 1 ? 'vote.up' : 'vote.down');
        return (
          <button
            key={value}
            type="button"
            class={value === 1 ? 'vote' : 'vote down'}
            title={label}
            aria-label={label}
            aria-pressed={vote === value}
            onClick={() => rate(value)}
          >
            <Icon path={THUMB} size={15} />
          </button>
        );
      })}
    </span>
  );
}
