// When the bell alone is left: hours of every day, and weekends.

import type { NotificationChoices } from '@switchboard/shared/wire.ts';
import { useState } from 'react';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { hasTimes } from './choices.ts';
import type { Choose } from './use-choices.ts';

const EVENING = { from: '20:00', to: '08:00' };

interface QuietTimesProps {
  choices: NotificationChoices;
  /** Of this browser. */
  zone: string;
  onChoose: Choose;
}

export function QuietTimes({ choices, zone, onChoose }: QuietTimesProps) {
  const { t } = useWords();
  const { quiet, quiet_weekends } = choices;
  const stored = hasTimes(choices) ? choices.time_zone : zone;
  return (
    <>
      <p className="text-sm text-soft">{t('notices.quiet.lead', { zone: stored })}</p>
      {stored === zone ? null : (
        <Button
          isSmall
          className="self-start"
          onClick={() => onChoose((it) => ({ ...it, time_zone: zone }))}
        >
          {t('notices.quiet.zone', { zone })}
        </Button>
      )}
      <CheckField
        label={t('notices.quiet.hours')}
        checked={Boolean(quiet)}
        onChange={() => onChoose((it) => ({ ...it, quiet: it.quiet ? null : EVENING }))}
      />
      {quiet ? (
        <Times
          quiet={quiet}
          onChange={(changed) => onChoose((it) => ({ ...it, quiet: changed }))}
        />
      ) : null}
      <CheckField
        label={t('notices.quiet.weekends')}
        checked={quiet_weekends}
        onChange={() => onChoose((it) => ({ ...it, quiet_weekends: !it.quiet_weekends }))}
      />
    </>
  );
}

type Quiet = NonNullable<NotificationChoices['quiet']>;

/** Times are stored once both are there and differ. */
function Times({ quiet, onChange }: { quiet: Quiet; onChange: (quiet: Quiet) => void }) {
  const { t } = useWords();
  const [shown, setShown] = useState(quiet);
  const change = (changed: Quiet) => {
    setShown(changed);
    if (changed.from && changed.to && changed.from !== changed.to) onChange(changed);
  };
  const isSame = shown.from === shown.to;
  return (
    <div className="flex flex-wrap gap-4">
      <TextField
        type="time"
        required
        label={t('notices.quiet.from')}
        value={shown.from}
        onChange={(event) => change({ ...shown, from: event.target.value })}
      />
      <TextField
        type="time"
        required
        label={t('notices.quiet.to')}
        value={shown.to}
        error={isSame ? t('notices.quiet.same') : null}
        onChange={(event) => change({ ...shown, to: event.target.value })}
      />
    </div>
  );
}
