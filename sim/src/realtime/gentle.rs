//! What people hear where no speech can be made: soft notes, one a word; and the words that say so.

use std::f64::consts::TAU;

use super::tones::{RATE_HZ, SAMPLES_PER_MS};

/// A pentatonic scale above 220 Hz: any order of it sounds harmless.
const SCALE_HZ: [f64; 5] = [220.0, 247.5, 277.2, 330.0, 371.3];
const AMPLITUDE: f64 = 2_500.0;

/// Words that Spanish instructions can hardly do without, and English ones never have.
const SPANISH: [&str; 9] = ["el", "los", "eres", "una", "para", "español", "es", "usted", "esta"];

/// What the first response says, in the language of the instructions as far as it can be told.
pub(super) fn announcement(instructions: &str) -> &'static str {
    if language(instructions) == "es" {
        "Esta es una voz simulada para una demostración, no hay ningún modelo detrás."
    } else {
        "This is a simulated voice, there is no model behind it."
    }
}

/// The language of a text: `es` where it is recognisably Spanish, else `en`.
pub(super) fn language(text: &str) -> &'static str {
    let words = text.split(|one: char| !one.is_alphabetic()).map(str::to_lowercase);
    let spanish_count = words.filter(|word| SPANISH.contains(&word.as_str())).count();
    if spanish_count >= 2 { "es" } else { "en" }
}

/// Notes of so many milliseconds, one for each word.
pub(super) fn render(text: &str, ms: u64) -> Vec<i16> {
    let count = usize::try_from(ms * SAMPLES_PER_MS).expect("a response is minutes long at most");
    let notes: Vec<f64> = text.split_whitespace().map(|word| SCALE_HZ[word.len() % SCALE_HZ.len()]).collect();
    let note_count = notes.len().max(1);
    let length = count.div_ceil(note_count).max(1);
    (0..count)
        .map(|at| {
            let hz = notes.get(at / length).copied().unwrap_or(SCALE_HZ[0]);
            let part = real(at % length) / real(length);
            // Swells and fades within each note, so that nothing clicks.
            let swell = (part * TAU / 2.0).sin();
            to_sample(AMPLITUDE * swell * (TAU * hz * real(at) / f64::from(RATE_HZ)).sin())
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "sample counts of one response")]
fn real(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "the amplitude is far below full scale")]
fn to_sample(value: f64) -> i16 {
    value as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_as_long_as_asked_and_soft() {
        let samples = render("one two three", 1_000);

        assert_eq!(samples.len(), 24_000);
        assert!(samples.iter().all(|sample| sample.unsigned_abs() <= 2_500));
        assert!(samples.iter().any(|sample| sample.unsigned_abs() > 2_000));
    }

    #[test]
    fn the_announcement_speaks_the_language_of_the_instructions() {
        assert!(announcement("Eres el asistente de una tienda. Responde en español.").starts_with("Esta"));
        assert!(announcement("You are the assistant of El Corte, a shop.").starts_with("This"));
    }
}
