// Each voice of the call with its level, drawn past the views: a level comes many times a second.

import type { BrowserAudio, Levels } from '@switchboard/shared/browser/call-audio.ts';
import { TRACK } from '@switchboard/shared/voice/audio-frame.ts';
import type { CallView } from '@switchboard/shared/voice/call-view.ts';
import { useEffect, useRef } from 'react';
import { classes } from '../ui/classes.ts';
import { type CallWordKey, useCallWords } from './call-words.ts';

interface VoicesProps {
  audio: BrowserAudio;
  view: CallView;
  isMine: boolean;
}

type Line = Parameters<Levels['get']>[0];

export function Voices({ audio, view, isMine }: VoicesProps) {
  const { t } = useCallWords();
  const hasAgent = view.floor === 'agent' || view.floor === 'taking' || view.floor === 'hold';
  const other: [Line, CallWordKey, CallView['speaking']] = !hasAgent
    ? [TRACK.assistant, 'voice.assistant', 'assistant']
    : isMine
      ? ['microphone', 'voice.you', 'agent']
      : [TRACK.agent, 'voice.agent', 'agent'];
  const voices: (typeof other)[] = [[TRACK.visitor, 'voice.visitor', 'visitor'], other];
  return (
    <ul aria-label={t('voices')} className="flex flex-col gap-1.5">
      {voices.map(([line, word, speaker]) => (
        <li key={word} className="flex items-center gap-2.5 text-sm" data-voice={speaker}>
          <span
            className={classes(
              'w-20 shrink-0 truncate',
              view.speaking === speaker && 'font-semibold',
            )}
          >
            {t(word)}
          </span>
          <Level audio={audio} line={line} isMuted={line === 'microphone' && view.isMuted} />
        </li>
      ))}
    </ul>
  );
}

/** Rooms are never silent; below this nothing is drawn. */
const NOISE = 0.3;

function Level({ audio, line, isMuted }: { audio: BrowserAudio; line: Line; isMuted: boolean }) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const draw = () => {
      const level = isMuted ? 0 : (audio.levels.get().get(line) ?? 0);
      const shown = Math.max(0, (level - NOISE) / (1 - NOISE));
      ref.current?.style.setProperty('transform', `scaleX(${shown.toFixed(2)})`);
    };
    draw();
    return audio.levels.subscribe(draw);
  }, [audio, line, isMuted]);
  return (
    <span className="h-2 min-w-16 flex-1 overflow-hidden rounded-full bg-line" aria-hidden="true">
      <span
        ref={ref}
        data-level={String(line)}
        className="block h-full origin-left rounded-full bg-accent transition-transform duration-75"
      />
    </span>
  );
}
