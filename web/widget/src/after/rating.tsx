// How the conversation was: five faces and a field, to be changed for a while.

import { Failure } from '@switchboard/shared/errors.ts';
import type { Room } from '@switchboard/shared/room.ts';
import { useEffect, useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import { useCell } from '../view/use-cell.ts';
import type { WordKey, Words } from '../words.ts';

const SCORES = [1, 2, 3, 4, 5] as const;
type Score = (typeof SCORES)[number];
const MAX_COMMENT_CHARS = 1_000;
/** As long after the first one the hub takes another. */
const CHANGE_MS = 10 * 60_000;

/** What is chosen and written, and not sent. */
interface Draft {
  score: Score;
  comment: string;
}

export function Rating({ stage, room, words }: { stage: Stage; room: Room; words: Words }) {
  const { entries } = useCell(room.view);
  const { memory } = stage;
  const ratings = entries.filter(({ event }) => event === 'rated');
  const given = ratings.at(-1)?.metadata;
  const [draft, setShown] = useState(() => readDraft(memory.get('rating'), room.id));
  const setDraft = (value: Draft | null) => {
    setShown(value);
    // What is written survives closing the panel and changing the page.
    memory.set('rating', value && JSON.stringify({ ...value, room_id: room.id }));
  };
  const [step, setStep] = useState<'rest' | 'busy' | WordKey>('rest');
  const canChange = useIsYoung(ratings[0]?.created_at);
  if (given && (!draft || !canChange)) {
    return (
      <p class="rated" role="status">
        {words.t('rate.thanks')}{' '}
        {canChange ? (
          <button type="button" class="link" onClick={() => setDraft(draftOf(given))}>
            {words.t('rate.change')}
          </button>
        ) : null}
      </p>
    );
  }
  const send = () => {
    if (!draft) return;
    setStep('busy');
    const comment = draft.comment.trim();
    const data = { session_id: room.id, score: draft.score, ...(comment ? { comment } : {}) };
    stage.chat.connection.ask('session:rate', data).then(
      () => {
        setStep('rest');
        setDraft(null);
      },
      (error: unknown) => {
        const isLate = error instanceof Failure && error.code === 'conflict';
        setStep(isLate ? 'rate.late' : 'person.failed');
      },
    );
  };
  return (
    <form
      class="rating"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset>
        <legend>{words.t('rate.title')}</legend>
        {SCORES.map((it) => (
          <label key={it} title={words.t(`rate.${it}`)}>
            <input
              class="hidden"
              type="radio"
              name="score"
              value={it}
              checked={draft?.score === it}
              onChange={() => setDraft({ comment: '', ...draft, score: it })}
            />
            <Smile score={it} />
            <span class="hidden">{words.t(`rate.${it}`)}</span>
          </label>
        ))}
      </fieldset>
      {draft === null ? null : (
        <>
          <textarea
            class="field"
            name="comment"
            rows={2}
            maxLength={MAX_COMMENT_CHARS}
            dir="auto"
            value={draft.comment}
            onInput={(event) => setDraft({ ...draft, comment: event.currentTarget.value })}
            aria-label={words.t('rate.comment')}
            placeholder={words.t('rate.comment')}
          />
          <button type="submit" class="strong" disabled={step === 'busy'}>
            {words.t('rate.send')}
          </button>
        </>
      )}
      {step === 'rest' || step === 'busy' ? null : (
        <p class="failure" role="alert">
          {words.t(step)}
        </p>
      )}
    </form>
  );
}

/** Of what was kept, or given before; null where it is none. */
function draftOf({ score, comment }: Record<string, unknown>): Draft | null {
  const found = SCORES.find((it) => it === score);
  if (!found) return null;
  return { score: found, comment: typeof comment === 'string' ? comment : '' };
}

function readDraft(text: string | null, roomId: string): Draft | null {
  try {
    const kept = (JSON.parse(text ?? '{}') ?? {}) as Record<string, unknown>;
    return kept.room_id === roomId ? draftOf(kept) : null;
  } catch {
    return null;
  }
}

/** Whether a rating that was given then may still be changed. */
function useIsYoung(at: string | undefined): boolean {
  const leftMs = at === undefined ? 0 : Date.parse(at) + CHANGE_MS - Date.now();
  const [, redraw] = useState({});
  useEffect(() => {
    if (leftMs <= 0) return;
    const timer = setTimeout(() => redraw({}), leftMs + 100);
    return () => clearTimeout(timer);
  }, [at]);
  return leftMs > 0;
}

const MOUTHS = [
  'M8 16.5c1.8-3 6.2-3 8 0',
  'M8.5 16c2-1.5 5-1.5 7 0',
  'M8.5 15.5h7',
  'M8.5 15c2 1.5 5 1.5 7 0',
  'M8 14c1.8 3.5 6.2 3.5 8 0Z',
];

function Smile({ score }: { score: number }) {
  return (
    <svg class="icon" width="34" height="34" viewBox="0 0 24 24" aria-hidden="true">
      <path d={`M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9 9.5v.6M15 9.5v.6${MOUTHS[score - 1]}`} />
    </svg>
  );
}
