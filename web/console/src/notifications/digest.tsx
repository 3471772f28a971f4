// The daily summary by mail: whether, and at which hour.

import type { NotificationChoices } from '@switchboard/shared/wire.ts';
import { useWords } from '../app/words.ts';
import { CheckField, SelectField } from '../ui/field.tsx';
import type { Choose } from './use-choices.ts';

const MORNING = 8;
const HOURS: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour);

export function Digest({ choices, onChoose }: { choices: NotificationChoices; onChoose: Choose }) {
  const { t, locale } = useWords();
  const hour = choices.digest_hour ?? null;
  const choose = (digestHour: number | null) =>
    onChoose((it) => ({ ...it, digest_hour: digestHour, locale }));
  return (
    <>
      <p className="text-sm text-soft">{t('notices.digest.lead')}</p>
      <CheckField
        label={t('notices.digest.on')}
        checked={hour !== null}
        onChange={() => choose(hour === null ? MORNING : null)}
      />
      {hour === null ? null : (
        <div className="max-w-48">
          <SelectField
            label={t('notices.digest.hour')}
            value={hour}
            onChange={(event) => choose(Number(event.target.value))}
          >
            {HOURS.map((it) => (
              <option key={it} value={it}>
                {`${String(it).padStart(2, '0')}:00`}
              </option>
            ))}
          </SelectField>
        </div>
      )}
    </>
  );
}
