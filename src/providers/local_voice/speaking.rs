//! Text to speech.

use std::sync::Arc;

use super::error::StageError;
use super::espeak::Espeak;
use super::hearing::ENGLISH;
use super::job::Job;
use super::servers::SpeechServer;

/// What speaks words.
#[derive(Debug, Clone)]
pub enum Speaking {
    /// A voice in this process for English where there is one, and `espeak-ng` where it is installed for others.
    Here {
        /// The English voice.
        english: Option<Arc<speech::Voice>>,
        /// The others.
        others: Option<Espeak>,
    },
    /// A server with `/audio/speech`.
    Server(Arc<SpeechServer>),
    /// A tone, as long as the words.
    #[cfg(test)]
    Tone,
}

impl Speaking {
    /// Whether it speaks this language.
    #[must_use]
    pub fn knows(&self, language: &str) -> bool {
        match self {
            Self::Here { english, others } => {
                (language == ENGLISH && english.is_some())
                    || others.as_ref().is_some_and(|one| one.knows(language))
            }
            Self::Server(_) => true,
            #[cfg(test)]
            Self::Tone => true,
        }
    }

    /// Speaks a sentence at so many times the usual speed; mono sound at 24 kHz.
    pub(super) fn speak(&self, sentence: String, language: &'static str, speed: f64) -> Job<Vec<i16>> {
        match self {
            Self::Here { english: Some(voice), .. } if language == ENGLISH => {
                let voice = voice.clone();
                #[expect(clippy::cast_possible_truncation, reason = "a speed is between 0.25 and 4")]
                let speak = move || voice.speak(&sentence, speed as f32);
                Box::pin(
                    async move { tokio::task::spawn_blocking(speak).await.map_err(|_| StageError::Stopping) },
                )
            }
            Self::Here { others: Some(espeak), .. } => {
                let espeak = espeak.clone();
                Box::pin(async move { espeak.speak(&sentence, language, speed).await })
            }
            Self::Here { .. } => Box::pin(async move { Err(StageError::Language(language)) }),
            Self::Server(server) => {
                let server = server.clone();
                Box::pin(async move { server.speak(&sentence, speed).await })
            }
            #[cfg(test)]
            Self::Tone => Box::pin(async move { Ok(vec![8_000; sentence.len() * 240]) }),
        }
    }
}
