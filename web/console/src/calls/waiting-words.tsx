// Agents' words for the assistant's voice that are not heard yet, each with the way to take it back.

import { Undo2 } from 'lucide-react';
import { useCell } from '../app/use-cell.ts';
import { Button } from '../ui/button.tsx';
import { useCallWords } from './call-words.ts';
import { KeyHint } from './key-hint.tsx';
import type { JoinedCall } from './open-call.ts';

export function WaitingWords({ call }: { call: JoinedCall }) {
  const { t } = useCallWords();
  const sayings = useCell(call.sayings);
  const newest = sayings.findLast(({ stage }) => stage === 'waiting');
  return (
    <ul aria-live="polite" data-testid="waiting-words" className="mt-1 flex flex-col gap-1">
      {sayings.map(({ say_id, by, text, stage }) => (
        <li key={say_id} data-stage={stage} className="flex items-center gap-2 text-sm">
          <span dir="auto" className="line-clamp-2 min-w-0 flex-1 break-words" title={text}>
            {t(`say.${stage as 'waiting' | 'taken_back' | 'dropped'}`, { name: by.name, text })}
          </span>
          {stage === 'waiting' ? (
            <Button isSmall onClick={() => call.takeBack(say_id)}>
              <Undo2 size={15} aria-hidden="true" />
              {t('say.takeBack')} {say_id === newest?.say_id ? <KeyHint>Z</KeyHint> : null}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
