// Small tones that say what has happened, made by the browser. Until the page was touched browsers make no sound, so the
// first touch or key unlocks them.

export type SoundName = 'handoff' | 'message' | 'call' | 'news';

interface Note {
  /** When it begins, in seconds. */
  at: number;
  hz: number;
  seconds: number;
}

/** Told apart without looking: a rising pair, one short note, a ring, and two soft ones. */
export const TONES: Readonly<Record<SoundName, readonly Note[]>> = {
  handoff: [
    { at: 0, hz: 587, seconds: 0.16 },
    { at: 0.16, hz: 880, seconds: 0.3 },
  ],
  message: [{ at: 0, hz: 740, seconds: 0.18 }],
  call: [0, 0.22, 0.44, 1.1, 1.32, 1.54].map((at, index) => ({
    at,
    hz: index % 2 === 0 ? 660 : 830,
    seconds: 0.2,
  })),
  news: [
    { at: 0, hz: 523, seconds: 0.12 },
    { at: 0.15, hz: 523, seconds: 0.16 },
  ],
};

/** The same again within this time is not played: ten visitors at once are one sound. */
const APART_SECONDS = 1.5;
const ATTACK_SECONDS = 0.01;
/** At full volume; a bare tone is louder than speech. */
const LOUDEST = 0.35;

/** As much of a browser's audio as is needed here. */
export type AudioPlace = Pick<
  AudioContext,
  'currentTime' | 'state' | 'resume' | 'createOscillator' | 'createGain' | 'destination'
>;

export class Sounds {
  #open: () => AudioPlace;
  #place: AudioPlace | null = null;
  #playedAt = new Map<SoundName, number>();

  constructor(open: () => AudioPlace) {
    this.#open = open;
  }

  /** To be called while the page is touched. */
  unlock(): void {
    try {
      this.#place ??= this.#open();
      if (this.#place.state === 'suspended') this.#place.resume().catch(() => {});
    } catch {
      // Without audio the page is silent, and everything else goes on.
    }
  }

  get isUnlocked(): boolean {
    return this.#place?.state === 'running';
  }

  /** Plays a tone at a volume from 0 to 1; false where it makes no sound. */
  play(name: SoundName, volume: number): boolean {
    const place = this.#place;
    if (place?.state !== 'running' || volume <= 0) return false;
    const now = place.currentTime;
    const before = this.#playedAt.get(name);
    if (before !== undefined && now - before < APART_SECONDS) return false;
    this.#playedAt.set(name, now);
    for (const note of TONES[name]) playNote(place, note, now, Math.min(volume, 1) * LOUDEST);
    return true;
  }
}

function playNote(place: AudioPlace, note: Note, now: number, loudness: number): void {
  const from = now + note.at;
  const oscillator = place.createOscillator();
  const gain = place.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = note.hz;
  // A tone that begins or ends at full height clicks.
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(loudness, from + ATTACK_SECONDS);
  gain.gain.linearRampToValueAtTime(0, from + note.seconds);
  oscillator.connect(gain);
  gain.connect(place.destination);
  oscillator.start(from);
  oscillator.stop(from + note.seconds);
}
