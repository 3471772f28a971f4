// Whether sound that came through is the sound that went in: piece by piece, each where it fits best.

/** @typedef {ArrayLike<number>} Sound */
/** @typedef {{ at: number, lag: number, correlation: number }} Fit */

const WINDOW_MS = 100;
const REACH_MS = 200;
/** Two neighbours that fit at places further apart than this have sound missing or repeated between them. */
const JUMP_MS = 1;
/** A window that fits like this is what went in. */
const GOOD = 0.95;
/** Quieter windows have nothing to compare. */
const QUIET = 0.01;

/** Sound at another rate, by windowed sinc: exact enough for a correlation of 0.999.
 * @param {Sound} sound @param {number} fromHz @param {number} toHz */
export function resample(sound, fromHz, toHz) {
  const out = new Float32Array(Math.floor((sound.length * toHz) / fromHz));
  const cutoff = Math.min(1, toHz / fromHz);
  const reach = Math.ceil(16 / cutoff);
  for (let at = 0; at < out.length; at += 1) {
    const place = (at * fromHz) / toHz;
    const first = Math.max(0, Math.ceil(place - reach));
    const last = Math.min(sound.length - 1, Math.floor(place + reach));
    let sum = 0;
    for (let tap = first; tap <= last; tap += 1) {
      const away = tap - place;
      const x = Math.PI * away * cutoff;
      const sinc = Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x;
      sum += sound[tap] * cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * away) / reach));
    }
    out[at] = sum;
  }
  return out;
}

/** How each loud window of `heard` fits into `original`, which repeats without end.
 * @param {Sound} heard @param {Sound} original @param {number} rateHz @returns {Fit[]} */
export function alignWindows(heard, original, rateHz) {
  const size = Math.round((WINDOW_MS * rateHz) / 1_000);
  const reach = Math.round((REACH_MS * rateHz) / 1_000);
  /** @type {Fit[]} */
  const fits = [];
  /** @type {number | null} */
  let lag = null;
  for (let at = 0; at + size <= heard.length; at += size) {
    if (loudness(heard, at, size) < QUIET) continue;
    // The first one may be anywhere; those after a good one follow it.
    lag ??= bestFit(heard, at, size, original, -at, original.length - at).lag;
    const fit = bestFit(heard, at, size, original, lag - reach, lag + reach);
    fits.push(fit);
    // After a hole, which a busy machine makes, the rest is somewhere else.
    lag = fit.correlation > GOOD ? fit.lag : null;
  }
  return fits;
}

/** The share of windows that are what went in, and how often sound is missing or repeated between two of them.
 * @param {Fit[]} fits @param {number} rateHz */
export function judge(fits, rateHz) {
  const good = fits.filter((fit) => fit.correlation > GOOD);
  const jumps = good.filter((fit, at) => {
    const before = good[at - 1];
    return before !== undefined && Math.abs(fit.lag - before.lag) > (JUMP_MS * rateHz) / 1_000;
  });
  return { windows: fits.length, share: good.length / fits.length, jumps: jumps.length };
}

/** The best stretch of so many windows: what a busy machine spoils is a part, what is wrong is wrong everywhere.
 * @param {Fit[]} fits @param {number} count @param {number} rateHz */
export function judgeBest(fits, count, rateHz) {
  let best = judge(fits.slice(0, count), rateHz);
  for (let from = 1; from + count <= fits.length; from += 1) {
    const found = judge(fits.slice(from, from + count), rateHz);
    if (found.share > best.share) best = found;
  }
  return best;
}

/** Where `arrived` stops being the beginning of `sent` or the other way round; -1 for nowhere. Silence in between is
 * passed over: the hub fills holes with it, and a busy machine makes holes. Nothing may be missing, or be another.
 * @param {ArrayLike<number>} arrived @param {ArrayLike<number>} sent */
export function firstDifference(arrived, sent) {
  let at = 0;
  for (let place = 0; place < sent.length; place += 1) {
    if (arrived[at] !== sent[place]) while (arrived[at] === 0) at += 1;
    if (at >= arrived.length) return -1;
    if (arrived[at] !== sent[place]) return at;
    at += 1;
  }
  return -1;
}

/** @param {Sound} sound @param {number} from @param {number} size */
function loudness(sound, from, size) {
  let sum = 0;
  for (let at = from; at < from + size; at += 1) sum += sound[at] ** 2;
  return Math.sqrt(sum / size);
}

/** Coarse steps first: neighbours of sound below 3 kHz are alike.
 * @param {Sound} heard @param {number} at @param {number} size @param {Sound} original
 * @param {number} first @param {number} last @returns {Fit} */
function bestFit(heard, at, size, original, first, last) {
  let best = { at, lag: first, correlation: -1 };
  /** @param {number} lag @param {number} step */
  const look = (lag, step) => {
    const correlation = correlateAt(heard, at, size, original, lag, step);
    if (correlation > best.correlation) best = { at, lag, correlation };
  };
  for (let lag = first; lag <= last; lag += 2) look(lag, 4);
  const { lag } = best;
  best = { at, lag, correlation: -1 };
  for (let near = lag - 3; near <= lag + 3; near += 1) look(near, 1);
  return best;
}

/** @param {Sound} heard @param {number} at @param {number} size @param {Sound} original
 * @param {number} lag @param {number} step */
function correlateAt(heard, at, size, original, lag, step) {
  const { length } = original;
  let place = (((at + lag) % length) + length) % length;
  let both = 0;
  let one = 0;
  let other = 0;
  for (let offset = 0; offset < size; offset += step) {
    const a = heard[at + offset];
    const b = original[place];
    both += a * b;
    one += a * a;
    other += b * b;
    place += step;
    if (place >= length) place -= length;
  }
  return one * other === 0 ? 0 : both / Math.sqrt(one * other);
}
