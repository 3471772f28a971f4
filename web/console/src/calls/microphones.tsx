// Which microphone the visitor hears this agent through.

import type { BrowserMicrophone } from '@switchboard/shared/browser/microphones.ts';
import type { Microphone } from '@switchboard/shared/voice/microphone.ts';
import { useCell } from '../app/use-cell.ts';
import { useCallWords } from './call-words.ts';

export function Microphones({ microphone }: { microphone: Microphone<BrowserMicrophone> }) {
  const { t } = useCallWords();
  const devices = useCell(microphone.devices);
  const currentId = useCell(microphone.current_id);
  if (devices.length < 2) return null;
  return (
    <label className="flex items-center gap-2.5 text-sm">
      <span className="w-20 shrink-0">{t('microphone.label')}</span>
      <select
        value={currentId ?? ''}
        onChange={(event) => void microphone.choose(event.target.value)}
        className="h-8 min-w-0 flex-1 rounded-lg border border-line bg-surface px-2"
      >
        {devices.map(({ id, label }, index) => (
          <option key={id} value={id}>
            {label || t('microphone.unnamed', { number: index + 1 })}
          </option>
        ))}
      </select>
    </label>
  );
}
