// A call that this agent is not in: what it is doing, how long, what it costs, and the ways in.

import type { Call } from '@switchboard/shared/wire.ts';
import { Ear, FlaskConical, Headphones, PhoneCall, PhoneOff } from 'lucide-react';
import { formatUsd } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { useCallWords } from './call-words.ts';
import { KeyHint } from './key-hint.tsx';
import { Timer } from './timer.tsx';
import { useCallKeys } from './use-call-keys.ts';

interface RunningBarProps {
  call: Call;
  text: string;
  isBusy: boolean;
  onJoin: (wish: 'listen' | 'take') => void;
  onEnd: () => void;
}

export function RunningBar({ call, text, isBusy, onJoin, onEnd }: RunningBarProps) {
  const { t } = useCallWords();
  const { locale } = useWords();
  useCallKeys({ l: () => onJoin('listen'), v: () => onJoin('take') }, { x: onEnd });
  return (
    <section
      aria-label={t('label')}
      data-keys
      data-testid="call-bar"
      data-joined="false"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-accent-soft px-3 py-2 md:px-5"
    >
      <PhoneCall size={18} className="shrink-0 text-accent" aria-hidden="true" />
      <div className="min-w-44 flex-1 text-sm">
        <p role="status" className="font-medium">
          {text}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 text-soft">
          <Timer since={call.started_at} />
          <span title={t('cost')}>{formatUsd(call.cost_usd, locale)}</span>
          {call.simulated ? (
            <Badge>
              <FlaskConical size={12} aria-hidden="true" />
              {t('simulated')}
            </Badge>
          ) : null}
          {call.provider === 'local' ? <Badge>{t('basic')}</Badge> : null}
        </p>
      </div>
      <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:[&>button]:flex-1">
        <Button isSmall kind="strong" disabled={isBusy} onClick={() => onJoin('listen')}>
          <Ear size={15} aria-hidden="true" />
          {t('listen')} <KeyHint>L</KeyHint>
        </Button>
        <Button isSmall disabled={isBusy} onClick={() => onJoin('take')}>
          <Headphones size={15} aria-hidden="true" />
          {t('take')} <KeyHint>V</KeyHint>
        </Button>
        <Button isSmall title="Ctrl+Shift+X" aria-keyshortcuts="Control+Shift+X" onClick={onEnd}>
          <PhoneOff size={15} className="text-danger" aria-hidden="true" />
          {t('end')}
        </Button>
      </div>
    </section>
  );
}
