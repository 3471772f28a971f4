import { expect, test } from 'vitest';
import { type AudioPlace, type SoundName, Sounds, TONES } from './sounds.ts';

function makeAudio() {
  const started: number[] = [];
  const place = {
    currentTime: 0,
    state: 'suspended' as AudioContextState,
    destination: {},
    resume: () => {
      place.state = 'running';
      return Promise.resolve();
    },
    createOscillator: () => ({
      frequency: { value: 0 },
      connect: () => {},
      start(this: { frequency: { value: number } }) {
        started.push(this.frequency.value);
      },
      stop: () => {},
    }),
    createGain: () => ({
      gain: { setValueAtTime: () => {}, linearRampToValueAtTime: () => {} },
      connect: () => {},
    }),
  };
  return { place, started, sounds: new Sounds(() => place as unknown as AudioPlace) };
}

test('a page that nobody touched is silent, and the first touch unlocks it', () => {
  const { sounds, started } = makeAudio();
  expect(sounds.play('handoff', 1)).toBe(false);
  sounds.unlock();
  expect(sounds.isUnlocked).toBe(true);
  expect(sounds.play('handoff', 1)).toBe(true);
  expect(started).toEqual([587, 880]);
});

test('many at once are one sound, and another kind is heard beside it', () => {
  const { place, sounds } = makeAudio();
  sounds.unlock();
  expect([sounds.play('message', 1), sounds.play('message', 1)]).toEqual([true, false]);
  expect(sounds.play('call', 1)).toBe(true);
  place.currentTime = 2;
  expect(sounds.play('message', 1)).toBe(true);
  expect(sounds.play('news', 0)).toBe(false);
});

test('every sound is another', () => {
  const names = Object.keys(TONES) as SoundName[];
  expect(new Set(names.map((name) => JSON.stringify(TONES[name]))).size).toBe(names.length);
});

test('a browser without audio is silent', () => {
  const sounds = new Sounds(() => {
    throw new Error('no audio');
  });
  sounds.unlock();
  expect(sounds.play('call', 1)).toBe(false);
});
