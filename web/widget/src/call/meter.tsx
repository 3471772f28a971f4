// How loud both sides are, drawn past the views: a level comes many times a second.

import type { BrowserAudio } from '@switchboard/shared/browser/call-audio.ts';
import { useEffect, useRef } from 'preact/hooks';

/** How much of the level each bar shows, so that they do not move as one. */
const SHARES = [0.55, 0.8, 1, 0.8, 0.55];
/** Rooms are never silent; below this nothing is drawn. */
const NOISE = 0.35;

export function Meter({ audio, isLive }: { audio: BrowserAudio; isLive: boolean }) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const draw = () => {
      const meter = ref.current;
      if (!meter) return;
      const levels = audio.levels.get();
      const theirs = visible(levels.get('main'));
      const mine = visible(levels.get('microphone'));
      meter.style.setProperty('--level', Math.max(theirs, mine).toFixed(2));
      meter.dataset.side = theirs > 0 ? 'theirs' : 'mine';
    };
    return audio.levels.subscribe(draw);
  }, [audio]);
  return (
    <span ref={ref} class={isLive ? 'meter' : 'meter idle'} aria-hidden="true">
      {SHARES.map((share, index) => (
        <i key={index} style={{ '--share': share }} />
      ))}
    </span>
  );
}

function visible(level = 0): number {
  return Math.max(0, (level - NOISE) / (1 - NOISE));
}
