//! Why a stage gave nothing.

use crate::outbound::OutboundError;

/// Why speech was not put in words, or words were not spoken.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The server of the stage was not reached, or refused.
    #[error("the server of speech failed")]
    Server(#[from] OutboundError),
    /// The server of the stage answered with something else.
    #[error("the server of speech did not answer with {0}")]
    BadAnswer(&'static str),
    /// `espeak-ng` did not run to its end.
    #[error("espeak-ng failed: {0}")]
    Espeak(String),
    /// It is neither heard nor spoken.
    #[error("the voice of this server does not know the language {0}")]
    Language(&'static str),
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
}

impl StageError {
    /// A code that stays the same.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Server(error) => error.code(),
            Self::BadAnswer(_) => "speech_bad_answer",
            Self::Espeak(_) => "espeak_failed",
            Self::Language(_) => "language_not_known",
            Self::Stopping => "stopping",
        }
    }
}
