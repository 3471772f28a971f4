//! Speech to text.

use std::sync::Arc;

use audio::SampleRate;
use speech::Recogniser;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::error::StageError;
use super::job::Job;
use super::rate::CALL_HZ;
use super::said::said;
use super::servers::TranscriptionServer;

/// What is spoken where nothing says another language, and what the smaller models know.
pub(super) const ENGLISH: &str = "en";

/// The rate that the recogniser hears at, in Hz.
const RECOGNISER_HZ: u32 = SampleRate::Hz16000.hz();

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

/// Recognisers that work on so many pieces at once, off the runtime's threads.
#[derive(Debug, Clone)]
pub struct RecogniserPool {
    /// Quicker, and English alone.
    english: Option<Arc<Recogniser>>,
    multilingual: Option<Arc<Recogniser>>,
    places: Arc<Semaphore>,
}

impl Hearing {
    /// Recognisers in this process, of English and of many languages, that work on so many pieces at once; `None` where
    /// there is neither.
    #[must_use]
    pub fn here(
        english: Option<Arc<Recogniser>>,
        multilingual: Option<Arc<Recogniser>>,
        at_once: usize,
    ) -> Option<Self> {
        let places = Arc::new(Semaphore::new(at_once));
        let is_any = english.is_some() || multilingual.is_some();
        is_any.then(|| Self::Here(Box::new(RecogniserPool { english, multilingual, places })))
    }

    /// Whether it puts this language in words.
    #[must_use]
    pub fn knows(&self, language: &str) -> bool {
        match self {
            Self::Here(pool) => pool.recogniser(language).is_some(),
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
    fn recogniser(&self, language: &str) -> Option<&Arc<Recogniser>> {
        let english = self.english.as_ref().filter(|_| language == ENGLISH);
        english.or(self.multilingual.as_ref())
    }

    async fn hear(self, samples: Vec<i16>, language: &'static str) -> Result<String, StageError> {
        let recogniser = self.recogniser(language).ok_or(StageError::Language(language))?.clone();
        let place = self.places.acquire_owned().await.map_err(|_| StageError::Stopping)?;
        let over = CancellationToken::new();
        let _cancels = over.clone().drop_guard();
        let recognised = tokio::task::spawn_blocking(move || {
            let _place = place;
            let sound = audio::resample_whole(&samples, CALL_HZ, RECOGNISER_HZ).unwrap_or_default();
            let sound: Vec<f32> = sound.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect();
            recogniser.recognise(&sound, Some(language), &|| over.is_cancelled())
        });
        let Some(heard) = recognised.await.map_err(|_| StageError::Stopping)? else {
            return Ok(String::new());
        };
        Ok(if heard.is_speech() { said(&heard.text).to_owned() } else { String::new() })
    }
}
