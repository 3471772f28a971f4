//! The interface of the recogniser.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::audio::AudioEncoder;
use super::math::Multiplier;
use super::mel::MelSpectrum;
use super::search::{Search, Suppressed};
use super::settings::{SETTINGS, Settings, VOCABULARY};
use super::text::TextDecoder;
use super::vocabulary::Vocabulary;
use super::weights::Weights;
use crate::LoadError;
use crate::file::read_parts;
use crate::threads::one_thread;

/// The rate of the samples that a recogniser takes.
pub const SAMPLE_RATE_HZ: usize = 16_000;
/// The longest utterance that a recogniser hears.
pub const MAX_SECONDS: usize = 30;

/// Above this nobody spoke.
const NO_SPEECH_MAX: f32 = 0.5;

/// Turns speech into text. Shared by reference; each call is independent of the others.
#[derive(Debug)]
pub struct Recogniser {
    spectrum: MelSpectrum,
    encoder: AudioEncoder,
    decoder: TextDecoder,
    vocabulary: Vocabulary,
    suppressed: Suppressed,
}

/// What was recognised in an utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognised {
    /// The text, without white space at its ends; empty when nothing was understood.
    pub text: String,
    /// How likely it is that nobody spoke, in 0..=1.
    pub no_speech: f32,
    /// The mean of the natural logarithms of the tokens' probabilities, at most 0; below -1 the text is a guess.
    pub mean_log_probability: f32,
}

impl Recognised {
    /// Whether somebody spoke. Silence, noise and tones were above 0.6, speech in noise at 5 dB below 0.25; Whisper writes
    /// "you" for silence and is rather sure of it, so its text alone does not tell.
    #[must_use]
    pub fn is_speech(&self) -> bool {
        self.no_speech < NO_SPEECH_MAX && !self.text.is_empty()
    }
}

impl Recogniser {
    /// Reads the file that [`crate::unpack_english_recogniser`] or [`crate::unpack_multilingual_recogniser`] wrote.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        Self::read(BufReader::with_capacity(1 << 16, File::open(path)?))
    }

    fn read(from: impl Read) -> Result<Self, LoadError> {
        let (mut settings, mut vocabulary) = (Vec::new(), Vec::new());
        let mut weights = Weights::default();
        read_parts(from, |name, bytes| {
            match name.as_str() {
                SETTINGS => settings = bytes,
                VOCABULARY => vocabulary = bytes,
                _ => weights.add(name, bytes),
            }
            Ok(())
        })?;
        let settings = Settings::parse(&settings)?;
        let vocabulary = Vocabulary::parse(&vocabulary)?;
        Ok(Self {
            spectrum: MelSpectrum::new(),
            encoder: AudioEncoder::load(&mut weights, &settings)?,
            decoder: TextDecoder::load(&mut weights, &settings, vocabulary.token_count())?,
            suppressed: Suppressed::new(&settings, &vocabulary),
            vocabulary,
        })
    }

    /// Whether it knows other languages than English.
    #[must_use]
    pub fn is_multilingual(&self) -> bool {
        self.vocabulary.is_multilingual()
    }

    /// Recognises an utterance; `None` when `is_cancelled` said so, which is asked between steps of some milliseconds.
    ///
    /// `samples` are mono at 16 kHz in -1..=1; what is after 30 s is not heard. `language` is a code such as `es`; without
    /// one that it knows, a multilingual recogniser guesses, and an English one ignores it.
    /// It computes for some tenths of a second on a thread of its own, whatever the length is, and waits for it: call it
    /// where that is allowed.
    #[must_use]
    pub fn recognise(
        &self,
        samples: &[f32],
        language: Option<&str>,
        is_cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Option<Recognised> {
        one_thread().run(|| self.recognise_here(samples, language, is_cancelled))
    }

    fn recognise_here(
        &self,
        samples: &[f32],
        language: Option<&str>,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Option<Recognised> {
        let multiplier = Multiplier::new();
        let heard = self.encoder.run(&multiplier, &self.spectrum.compute(samples), is_cancelled)?;
        let search = Search {
            multiplier: &multiplier,
            decoder: &self.decoder,
            vocabulary: &self.vocabulary,
            suppressed: &self.suppressed,
        };
        let seconds = samples.len().div_ceil(SAMPLE_RATE_HZ).min(MAX_SECONDS);
        let written = search.write(&heard, seconds, language, is_cancelled)?;
        Some(Recognised {
            text: self.vocabulary.text(&written.tokens),
            no_speech: written.no_speech,
            mean_log_probability: written.mean_log_probability,
        })
    }
}
