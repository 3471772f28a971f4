//! Speech to text.

use std::sync::Arc;

use speech::Recogniser;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::error::StageError;
use super::queue::Job;
use super::servers::TranscriptionServer;

/// The rate of calls, in Hz.
const CALL_HZ: u32 = 24_000;
/// The rate that the recogniser hears at, in Hz.
const RECOGNISER_HZ: u32 = 16_000;

/// What is so likely to be no speech, and so unlikely to be these words, is none (Whisper, `decode_options`:
/// `no_speech_threshold`, `logprob_threshold`).
const NO_SPEECH: f32 = 0.6;
const UNLIKELY: f32 = -1.0;

/// What puts speech in words.
#[derive(Debug, Clone)]
pub enum Hearing {
    /// A recogniser in this process.
    Here(Box<RecogniserPool>),
    /// A server with `/audio/transcriptions`.
    Server(Arc<TranscriptionServer>),
    /// The words that a test says were heard.
    #[cfg(test)]
    Scripted(Script),
}

/// What a test says was heard, in this order.
#[cfg(test)]
pub(super) type Script = Arc<std::sync::Mutex<std::collections::VecDeque<Result<String, StageError>>>>;

/// A recogniser that works on so many pieces at once, off the runtime's threads.
#[derive(Debug, Clone)]
pub struct RecogniserPool {
    recogniser: Arc<Recogniser>,
    places: Arc<Semaphore>,
}

impl Hearing {
    /// A recogniser in this process that works on so many pieces at once.
    #[must_use]
    pub fn here(recogniser: Arc<Recogniser>, at_once: usize) -> Self {
        Self::Here(Box::new(RecogniserPool { recogniser, places: Arc::new(Semaphore::new(at_once)) }))
    }

    /// Whether it puts this language in words.
    #[must_use]
    pub fn knows(&self, language: &str) -> bool {
        match self {
            Self::Here(pool) => language == "en" || pool.recogniser.is_multilingual(),
            Self::Server(_) => true,
            #[cfg(test)]
            Self::Scripted(_) => true,
        }
    }

    /// Whether it costs nothing to put a turn in words that may go on.
    pub(super) fn hears_early(&self) -> bool {
        matches!(self, Self::Here(_))
    }

    /// Puts mono sound at 24 kHz in words; none where nothing was said. Dropping the job ends it.
    pub(super) fn hear(&self, samples: Vec<i16>, language: &'static str) -> Job<String> {
        match self {
            Self::Here(pool) => Box::pin(pool.clone().hear(samples, language)),
            Self::Server(server) => {
                let server = server.clone();
                Box::pin(async move { server.transcribe(&samples, language).await })
            }
            #[cfg(test)]
            Self::Scripted(script) => {
                let next = script.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop_front();
                Box::pin(async move { next.unwrap_or(Ok(String::new())) })
            }
        }
    }
}

impl RecogniserPool {
    async fn hear(self, samples: Vec<i16>, language: &'static str) -> Result<String, StageError> {
        let place = self.places.acquire_owned().await.map_err(|_| StageError::Stopping)?;
        let over = CancellationToken::new();
        let _cancels = over.clone().drop_guard();
        let recognised = tokio::task::spawn_blocking(move || {
            let _place = place;
            let sound = audio::resample_whole(&samples, CALL_HZ, RECOGNISER_HZ).unwrap_or_default();
            let sound: Vec<f32> = sound.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect();
            self.recogniser.recognise(&sound, Some(language), &|| over.is_cancelled())
        });
        let Some(heard) = recognised.await.map_err(|_| StageError::Stopping)? else {
            return Ok(String::new());
        };
        let is_none = heard.no_speech > NO_SPEECH && heard.mean_log_probability < UNLIKELY;
        Ok(if is_none { String::new() } else { said(&heard.text).to_owned() })
    }
}

/// The words of a text; signs without a letter or a digit are none, nor is what stands in brackets for a noise.
pub(super) fn said(text: &str) -> &str {
    let text = text.trim();
    let is_noise = [('[', ']'), ('(', ')')].iter().any(|(open, close)| {
        text.starts_with(*open) && text.ends_with(*close) && text.matches(*open).count() == 1
    });
    if is_noise || !text.chars().any(char::is_alphanumeric) { "" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_names_of_noises_are_no_words() {
        let cases = [
            (" When do you open? ", "When do you open?"),
            ("[BLANK_AUDIO]", ""),
            ("(coughing)", ""),
            ("...", ""),
            ("", ""),
            ("(one) and (two)", "(one) and (two)"),
            ("¿Qué?", "¿Qué?"),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text), expected, "{text:?}");
        }
    }
}
