// Which microphone speaks.

import type { BrowserMicrophone } from '@switchboard/shared/browser/microphones.ts';
import type { Microphone } from '@switchboard/shared/voice/microphone.ts';
import { useCell } from '../view/use-cell.ts';
import type { CallWords } from './call-words.ts';

interface DevicesProps {
  microphone: Microphone<BrowserMicrophone>;
  callWords: CallWords;
}

export function Devices({ microphone, callWords }: DevicesProps) {
  const devices = useCell(microphone.devices);
  const currentId = useCell(microphone.current_id);
  return (
    <label class="call-devices">
      {callWords.t('devices.label')}
      <select
        value={currentId ?? ''}
        onChange={(event) => void microphone.choose(event.currentTarget.value)}
      >
        {devices.map(({ id, label }, index) => (
          <option key={id} value={id}>
            {label || callWords.t('devices.unnamed', { number: index + 1 })}
          </option>
        ))}
      </select>
    </label>
  );
}
