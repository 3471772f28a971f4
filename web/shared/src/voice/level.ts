// How loud sound is, as a number a meter can draw.

/** Quieter than this shows as nothing. */
const FLOOR_DB = -60;

/** Gathers samples until it is asked; then begins anew. */
export class LevelMeter {
  #sum = 0;
  #count = 0;

  add(samples: Float32Array): void {
    for (const sample of samples) this.#sum += sample * sample;
    this.#count += samples.length;
  }

  /** From 0, silence, to 1, as loud as can be, in even steps of loudness. */
  take(): number {
    const mean = this.#count === 0 ? 0 : this.#sum / this.#count;
    this.#sum = 0;
    this.#count = 0;
    if (mean === 0) return 0;
    return Math.min(1, Math.max(0, 1 - (10 * Math.log10(mean)) / FLOOR_DB));
  }
}
