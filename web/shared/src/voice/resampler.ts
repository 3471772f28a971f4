// Changes the sample rate without aliases: a windowed sinc in phases, over any pieces a stream comes in.

/** Zero crossings of the sinc on each side, at the lower of the two rates. */
const CROSSINGS = 32;
/** Kaiser's shape for 70 dB of silence in the stop band. */
const KAISER_BETA = 7;
/** The middle of the filter's slope, as a share of the lower rate's band. */
const CUTOFF = 0.96;
/** Rates that share no useful divisor get this many phases and the nearest one: below what 16 bits can tell. */
const MAX_PHASES = 1_024;

export class Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #phase_count: number;
  readonly #taps: number;
  readonly #filters: Float32Array;
  /** The last `taps` samples, written twice so that they always stand in one piece. */
  readonly #history: Float32Array;
  #at = 0;
  /** Where the next output lies between two inputs, in steps of 1 / `up`. */
  #phase = 0;
  /** Inputs to take in before the next output. */
  #wait = 1;

  constructor(fromHz: number, toHz: number) {
    const divisor = greatestDivisor(fromHz, toHz);
    this.#up = toHz / divisor;
    this.#down = fromHz / divisor;
    this.#phase_count = Math.min(this.#up, MAX_PHASES);
    const isSame = fromHz === toHz;
    const band = Math.min(1, toHz / fromHz) * CUTOFF;
    this.#taps = isSame ? 1 : 2 * Math.ceil(CROSSINGS / band);
    this.#filters = isSame
      ? Float32Array.of(1)
      : designFilters(this.#phase_count, this.#taps, band);
    this.#history = new Float32Array(2 * this.#taps);
  }

  /** How many inputs exactly so many outputs need now. */
  inputsFor(outputCount: number): number {
    if (outputCount === 0) return 0;
    return this.#wait + Math.floor((this.#phase + (outputCount - 1) * this.#down) / this.#up);
  }

  /** The most outputs that so many inputs can make. */
  outputsFor(inputCount: number): number {
    return Math.ceil((inputCount * this.#up) / this.#down) + 1;
  }

  /** Takes all of `input` in, writes what that makes into `output`, and says how many that were. */
  process(input: Float32Array, output: Float32Array): number {
    let written = this.#emit(output, 0);
    for (const sample of input) {
      this.#history[this.#at] = sample;
      this.#history[this.#at + this.#taps] = sample;
      this.#at = this.#at + 1 === this.#taps ? 0 : this.#at + 1;
      this.#wait -= 1;
      written = this.#emit(output, written);
    }
    return written;
  }

  /** Writes what can be made of the inputs so far; what does not fit waits for the next call. */
  #emit(output: Float32Array, from: number): number {
    let written = from;
    while (this.#wait === 0 && written < output.length) {
      output[written++] = this.#dot();
      const next = this.#phase + this.#down;
      this.#wait = Math.floor(next / this.#up);
      this.#phase = next % this.#up;
    }
    return written;
  }

  #dot(): number {
    const phase = Math.floor((this.#phase * this.#phase_count) / this.#up);
    const from = phase * this.#taps;
    let sum = 0;
    for (let tap = 0; tap < this.#taps; tap += 1) {
      sum += (this.#filters[from + tap] ?? 0) * (this.#history[this.#at + tap] ?? 0);
    }
    return sum;
  }
}

/** One filter per phase, oldest sample first, each with a gain of one at zero hertz. */
function designFilters(phaseCount: number, taps: number, band: number): Float32Array {
  const filters = new Float32Array(phaseCount * taps);
  const half = taps / 2;
  for (let phase = 0; phase < phaseCount; phase += 1) {
    const weights = Array.from({ length: taps }, (_, tap) => {
      // The output lies `phase` of a step after the sample in the middle.
      const distance = tap - (half - 1) - phase / phaseCount;
      return sinc(distance * band) * kaiser(distance / half);
    });
    const sum = weights.reduce((total, weight) => total + weight, 0);
    filters.set(
      weights.map((weight) => weight / sum),
      phase * taps,
    );
  }
  return filters;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);
}

/** The modified Bessel function of order zero. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
