// What an agent in a call can do with it: other things while they have it than while they listen.

import type { CallView } from '@switchboard/shared/voice/call-view.ts';
import {
  Headphones,
  LogOut,
  type LucideIcon,
  Mic,
  MicOff,
  Pause,
  PhoneOff,
  Play,
  Undo2,
} from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { type CallWordKey, useCallWords } from './call-words.ts';
import { KeyHint } from './key-hint.tsx';

export interface CallActs {
  leave: () => void;
  take: () => void;
  hold: () => void;
  giveBack: () => void;
  mute: () => void;
  end: () => void;
}

interface CallControlsProps {
  view: CallView;
  isMine: boolean;
  acts: CallActs;
}

interface Control {
  word: CallWordKey;
  icon: LucideIcon;
  letter: string;
  act: () => void;
  kind?: 'strong';
  isPressed?: boolean;
}

export function CallControls({ view, isMine, acts }: CallControlsProps) {
  const { t } = useCallWords();
  const isWaiting = view.phase !== 'live';
  return (
    <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:[&>button]:flex-1">
      {(isMine ? mine(view, acts) : others(acts)).map(
        ({ word, icon: Icon, letter, act, kind, isPressed }) => (
          <Button
            key={letter}
            isSmall
            {...(kind ? { kind } : {})}
            {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
            aria-keyshortcuts={letter.replace('Ctrl', 'Control')}
            title={letter}
            disabled={isWaiting && word !== 'leave' && word !== 'end'}
            onClick={act}
          >
            <Icon size={15} aria-hidden="true" />
            {t(word)} {letter.length === 1 ? <KeyHint>{letter}</KeyHint> : null}
          </Button>
        ),
      )}
      <Button isSmall title="Ctrl+Shift+X" aria-keyshortcuts="Control+Shift+X" onClick={acts.end}>
        <PhoneOff size={15} className="text-danger" aria-hidden="true" />
        {t('end')}
      </Button>
    </div>
  );
}

function others(acts: CallActs): Control[] {
  return [
    { word: 'take', icon: Headphones, letter: 'V', act: acts.take, kind: 'strong' },
    { word: 'leave', icon: LogOut, letter: 'L', act: acts.leave },
  ];
}

function mine({ floor, isMuted }: CallView, acts: CallActs): Control[] {
  const giveBack: Control = {
    word: 'giveBack',
    icon: Undo2,
    letter: 'Ctrl+Shift+G',
    act: acts.giveBack,
  };
  if (floor === 'hold') {
    return [{ word: 'resume', icon: Play, letter: 'H', act: acts.hold, kind: 'strong' }, giveBack];
  }
  return [
    {
      word: isMuted ? 'unmute' : 'mute',
      icon: isMuted ? MicOff : Mic,
      letter: 'U',
      act: acts.mute,
      ...(isMuted ? { kind: 'strong' as const } : {}),
    },
    { word: 'hold', icon: Pause, letter: 'H', act: acts.hold },
    giveBack,
  ];
}
