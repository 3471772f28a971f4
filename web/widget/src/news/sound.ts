// A soft sound for what is new, and whether the visitor wants one.

import type { Stage } from '../stage.ts';

const NOTES_HZ = [660, 880];
const NOTE_S = 0.12;

export function isSoundOn({ chat, key }: Stage): boolean {
  return chat.store.get(soundKey(key)) !== 'off';
}

export function setSound({ chat, key }: Stage, isOn: boolean): void {
  if (isOn) chat.store.remove(soundKey(key));
  else chat.store.set(soundKey(key), 'off');
}

function soundKey(channelKey: string): string {
  return `switchboard:sound:${channelKey}`;
}

let context: AudioContext | null = null;

/** Silent where the browser lets no page sound that nobody has touched. */
export function play(): void {
  if (navigator.userActivation?.hasBeenActive === false) return;
  context ??= new AudioContext();
  const { currentTime, destination } = context;
  NOTES_HZ.forEach((frequency, at) => {
    const tone = new OscillatorNode(context as AudioContext, { frequency });
    const gain = new GainNode(context as AudioContext, { gain: 0 });
    const begin = currentTime + at * NOTE_S;
    gain.gain.setValueAtTime(0.0001, begin);
    gain.gain.exponentialRampToValueAtTime(0.08, begin + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + 0.3);
    tone.connect(gain).connect(destination);
    tone.start(begin);
    tone.stop(begin + 0.3);
  });
}
