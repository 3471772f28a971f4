// What this browser does: how loud sounds are, and whether it shows notifications on the desktop.

import { useId, useState } from 'react';
import { volume } from '../app/settings.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { PushBrowsers } from './push-browsers.tsx';
import type { SoundName } from './sounds.ts';
import { sounds } from './use-announcer.ts';

const NAMES: readonly SoundName[] = ['handoff', 'message', 'call', 'news'];
const STEP = 0.1;

export function ThisBrowser() {
  const { t } = useWords();
  return (
    <>
      <p className="text-sm text-soft">{t('notices.here.lead')}</p>
      <Volume />
      <Desktop />
      <PushBrowsers />
    </>
  );
}

function Volume() {
  const { t } = useWords();
  const id = useId();
  const chosen = useCell(volume);
  const percent = Math.round(chosen * 100);
  const shown = percent === 0 ? t('notices.volume.off') : t('notices.volume.percent', { percent });
  return (
    <div className="flex flex-col gap-2">
      <label htmlFor={id} className="text-sm font-medium">
        {t('notices.volume')}
      </label>
      <div className="flex items-center gap-3">
        <input
          id={id}
          type="range"
          min={0}
          max={1}
          step={STEP}
          value={chosen}
          aria-valuetext={shown}
          onChange={(event) => volume.set(event.target.valueAsNumber)}
          className="h-6 w-full max-w-64 accent-accent"
        />
        <span className="text-sm tabular-nums text-soft">{shown}</span>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-sm text-soft">{t('notices.try')}</span>
        {NAMES.map((name) => (
          <Button
            key={name}
            isSmall
            disabled={chosen === 0}
            onClick={() => sounds.play(name, chosen)}
          >
            {t(`notices.sound.${name}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Desktop() {
  const { t } = useWords();
  const [permission, setPermission] = useState<NotificationPermission | 'none'>(() =>
    'Notification' in window ? Notification.permission : 'none',
  );
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="text-sm font-medium">{t('notices.desktop')}</p>
      <p className="text-sm text-soft" role="status">
        {t(`notices.desktop.${permission}`)}
      </p>
      {permission === 'default' ? (
        <Button onClick={() => void Notification.requestPermission().then(setPermission)}>
          {t('notices.desktop.allow')}
        </Button>
      ) : null}
    </div>
  );
}
