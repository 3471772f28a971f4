//! Sound that says where it is from: any 40 ms of it tell which item they belong to and at which position.
//!
//! Every 20 ms sound a chord of five notes, one out of sixteen in each of five bands: twenty bits, seven for the
//! item and thirteen for the slot. All notes are multiples of 100 Hz, so that each fills a slot with whole cycles:
//! slots join without a click, and notes of one slot do not disturb each other when they are told apart.

use std::f64::consts::TAU;
use std::sync::LazyLock;

/// Samples a second, the only rate the simulator speaks.
pub const RATE_HZ: u32 = 24_000;

/// Samples in a millisecond.
pub const SAMPLES_PER_MS: u64 = 24;

/// Items are counted modulo this.
pub const ITEM_COUNT: u32 = 128;

/// Positions are told modulo this: 163.84 s.
pub const WRAP_MS: u64 = SLOT_COUNT * SLOT_MS;

const SLOT_MS: u64 = 20;
const SLOT_COUNT: u64 = 8_192;
const SLOT_SAMPLES: usize = 480;
const BANDS: usize = 5;
const NOTES: usize = 16;
/// The lowest note, in steps of 100 Hz. The highest is 8.3 kHz, which every resampler of speech passes.
const LOWEST_STEP: usize = 4;
/// Samples in one cycle of 100 Hz.
const CYCLE: usize = 240;
/// Five of these never clip, and are 17 dB below full scale together.
const AMPLITUDE: f64 = 3_000.0;

/// How finely slots are searched for: 2.5 ms.
const STEP_SAMPLES: usize = 60;
const STEPS_PER_SLOT: usize = SLOT_SAMPLES / STEP_SAMPLES;
/// The share of the energy that the five loudest notes must make up, and the least of each alone.
const PURITY_MIN: f64 = 0.6;
const NOTE_SHARE_MIN: f64 = 0.04;
/// Energy of a slot below which there is nothing to tell: about −56 dBFS.
const ENERGY_MIN: f64 = 480.0 * 50.0 * 50.0;

/// One cycle of 100 Hz per band; the bands start at different phases, so that their peaks do not meet.
static CYCLES: LazyLock<[[i16; CYCLE]; BANDS]> = LazyLock::new(|| {
    std::array::from_fn(|band| {
        std::array::from_fn(|at| {
            let phase = TAU * (small(at) / small(CYCLE) + small(band * band) / small(BANDS * BANDS));
            to_sample((AMPLITUDE * phase.sin()).round())
        })
    })
});

/// The sound of item `item_index` from `from_sample` on, bit for bit the same every time.
#[must_use]
pub fn render(item_index: u32, from_sample: u64, count: usize) -> Vec<i16> {
    let cycles = &*CYCLES;
    let mut samples = Vec::with_capacity(count);
    let mut at = from_sample;
    while samples.len() < count {
        let slot = at / SLOT_SAMPLES as u64;
        let first = usize::try_from(at % SLOT_SAMPLES as u64).expect("less than a slot");
        let last = (first + count - samples.len()).min(SLOT_SAMPLES);
        let steps = note_steps(item_index, slot);
        samples.extend(
            (first..last).map(|n| (0..BANDS).map(|band| cycles[band][n * steps[band] % CYCLE]).sum::<i16>()),
        );
        at += (last - first) as u64;
    }
    samples
}

/// Which item sounds, and at which of its milliseconds `samples` begin. It takes 40 ms, aligned or not.
#[must_use]
pub fn locate(samples: &[i16]) -> Option<(u32, u64)> {
    let steps: Vec<StepSpectrum> =
        samples.chunks_exact(STEP_SAMPLES).enumerate().map(StepSpectrum::of).collect();
    let (first_step, code, _) = steps
        .windows(STEPS_PER_SLOT)
        .enumerate()
        .filter_map(|(at, slot)| read_slot(slot).map(|(code, purity)| (at, code, purity)))
        .max_by(|left, right| left.2.total_cmp(&right.2))?;
    let item_index = u32::try_from(code / SLOT_COUNT).expect("seven bits");
    let slot_ms = code % SLOT_COUNT * SLOT_MS;
    let before_ms = (first_step * STEP_SAMPLES) as u64 / SAMPLES_PER_MS;
    Some((item_index, slot_ms.saturating_sub(before_ms)))
}

/// The note of each band, in steps of 100 Hz.
fn note_steps(item_index: u32, slot: u64) -> [usize; BANDS] {
    let code = u64::from(item_index % ITEM_COUNT) * SLOT_COUNT + slot % SLOT_COUNT;
    std::array::from_fn(|band| {
        let digit = usize::try_from(code >> (4 * band) & 0xf).expect("four bits");
        step_of(band, digit)
    })
}

fn step_of(band: usize, digit: usize) -> usize {
    LOWEST_STEP + band * NOTES + digit
}

/// What every note contributes to 2.5 ms, as complex numbers whose phase counts from the first sample of all, and
/// the energy there.
struct StepSpectrum {
    notes: [(f64, f64); BANDS * NOTES],
    energy: f64,
}

/// Cosine and sine of one cycle of 100 Hz.
static WAVES: LazyLock<[(f64, f64); CYCLE]> = LazyLock::new(|| {
    std::array::from_fn(|at| {
        let phase = TAU * small(at) / small(CYCLE);
        (phase.cos(), phase.sin())
    })
});

impl StepSpectrum {
    fn of((number, samples): (usize, &[i16])) -> Self {
        let waves = &*WAVES;
        let first = number * STEP_SAMPLES;
        let mut notes = [(0.0, 0.0); BANDS * NOTES];
        for (index, note) in notes.iter_mut().enumerate() {
            let step = index + LOWEST_STEP;
            for (n, sample) in samples.iter().enumerate() {
                let (cosine, sine) = waves[(first + n) * step % CYCLE];
                note.0 += f64::from(*sample) * cosine;
                note.1 += f64::from(*sample) * sine;
            }
        }
        let energy = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        Self { notes, energy }
    }
}

/// The code of 20 ms and how purely they hold it.
fn read_slot(steps: &[StepSpectrum]) -> Option<(u64, f64)> {
    let energy: f64 = steps.iter().map(|step| step.energy).sum();
    if energy < ENERGY_MIN {
        return None;
    }
    let mut code = 0;
    let mut explained = 0.0;
    for band in 0..BANDS {
        let (digit, share) = (0..NOTES)
            .map(|digit| (digit, note_energy(steps, band * NOTES + digit) / energy))
            .max_by(|left, right| left.1.total_cmp(&right.1))
            .expect("a band has notes");
        if share < NOTE_SHARE_MIN {
            return None;
        }
        code |= (digit as u64) << (4 * band);
        explained += share;
    }
    (explained >= PURITY_MIN).then_some((code, explained))
}

fn note_energy(steps: &[StepSpectrum], note: usize) -> f64 {
    let (real, imaginary) = steps.iter().fold((0.0, 0.0), |(real, imaginary), step| {
        (real + step.notes[note].0, imaginary + step.notes[note].1)
    });
    2.0 * (real * real + imaginary * imaginary) / small(SLOT_SAMPLES)
}

fn small(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("a small number"))
}

#[expect(clippy::cast_possible_truncation, reason = "the amplitude is far below full scale")]
fn to_sample(value: f64) -> i16 {
    value as i16
}

#[cfg(test)]
#[path = "tones_tests.rs"]
mod tests;
