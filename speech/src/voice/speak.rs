//! The interface of the voice.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::acoustic::{Acoustic, PHONEMES_MAX};
use super::lexicon::Lexicon;
use super::normalise::normalise;
use super::parts::{ACOUSTIC, FEATURES, FREQUENT, GOLD, LETTERS, PHONEMES, SILVER, TAGGED, TAGS, UNKNOWN};
use super::pronounce::Pronouncer;
use super::signal::synthesise;
use super::table::Table;
use super::tagger::Tagger;
use super::unknown::Unknown;
use crate::LoadError;
use crate::file::read_parts;

/// The rate of the samples that a voice gives.
pub const VOICE_RATE_HZ: u32 = 24_000;
/// The slowest and the fastest speech that still sounds like a person; one is the voice's own.
const SPEEDS: std::ops::RangeInclusive<f32> = 0.5..=2.0;
/// Longer texts are cut: a sentence is not a page.
const TEXT_MAX_CHARS: usize = 1_000;

/// Speaks American English. Shared by reference; each call is independent of the others.
#[derive(Debug)]
pub struct Voice {
    pronouncer: Pronouncer,
    acoustic: Acoustic,
}

impl Voice {
    /// Reads the file that [`crate::unpack_english_voice`] wrote.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let mut parts = HashMap::new();
        read_parts(BufReader::with_capacity(1 << 16, File::open(path)?), |name, bytes| {
            parts.insert(name, bytes);
            Ok(())
        })?;
        let mut part = |name| parts.remove(name).ok_or(LoadError::Damaged("a part is missing"));
        let lexicon = Lexicon { gold: Table::parse(part(GOLD)?)?, silver: Table::parse(part(SILVER)?)? };
        let [tagged, frequent, features] = [TAGGED, FREQUENT, FEATURES].map(&mut part);
        let tagger = Tagger::new(
            part(TAGS)?,
            Table::parse(tagged?)?,
            Table::parse(frequent?)?,
            Table::parse(features?)?,
        )?;
        let unknown = Unknown::load(part(UNKNOWN)?, &part(LETTERS)?)?;
        let voice = Self {
            pronouncer: Pronouncer { lexicon, tagger, unknown },
            acoustic: Acoustic::load(part(ACOUSTIC)?, &part(PHONEMES)?)?,
        };
        // The network is run once, so that one that does not fit is found here and not in a call.
        if voice.speak("Hello.", 1.0).is_empty() {
            return Err(LoadError::Damaged("its network does not speak"));
        }
        Ok(voice)
    }

    /// Speaks a sentence of at most about 300 characters: PCM16 mono at 24 kHz, the same samples each time.
    ///
    /// `speed` is bounded to 0.5..=2. Empty when there is nothing to say. Numbers, amounts, times and the like may be
    /// written as usual; [`crate::sentences`] divides a text and removes its markup.
    #[must_use]
    pub fn speak(&self, sentence: &str, speed: f32) -> Vec<i16> {
        let speed = if speed.is_nan() { 1.0 } else { speed.clamp(*SPEEDS.start(), *SPEEDS.end()) };
        let phonemes = self.phonemes(sentence);
        let spoken = pieces(&phonemes, PHONEMES_MAX).into_iter();
        let spectra = spoken.filter_map(|piece| self.acoustic.run(piece, speed));
        spectra.flat_map(synthesise).map(to_sample).collect()
    }

    /// The phonemes of a sentence in Misaki's alphabet, to compare the pronunciation with others.
    #[must_use]
    pub fn phonemes(&self, sentence: &str) -> String {
        let end = sentence.char_indices().nth(TEXT_MAX_CHARS).map_or(sentence.len(), |(end, _)| end);
        self.pronouncer.phonemes(&normalise(&sentence[..end]))
    }
}

/// Divides phonemes at pauses, or else between words, so that no piece has more than `max` characters.
fn pieces(mut phonemes: &str, max: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    while let Some((end, _)) = phonemes.char_indices().nth(max) {
        let head = &phonemes[..end];
        let pause = head
            .rmatch_indices(' ')
            .map(|(at, _)| at)
            .find(|at| head[..*at].ends_with([',', ';', ':', '—', '.']));
        let cut = pause.or_else(|| head.rfind(' ')).filter(|at| *at > 0).unwrap_or(end);
        pieces.push(&phonemes[..cut]);
        phonemes = phonemes[cut..].trim_start();
    }
    pieces.push(phonemes);
    pieces
}

fn to_sample(value: f32) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped")]
    let sample = (value.clamp(-1.0, 1.0) * 32_767.0) as i16;
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_phonemes_are_divided_at_pauses() {
        assert_eq!(pieces("ab, cd ef", 20), ["ab, cd ef"]);
        assert_eq!(pieces("ab, cd ef", 8), ["ab,", "cd ef"]);
        assert_eq!(pieces("ab cd ef", 6), ["ab cd", "ef"]);
        assert_eq!(pieces("abcdef", 4), ["abcd", "ef"]);
        assert_eq!(pieces("", 4), [""]);
    }
}
