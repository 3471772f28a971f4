//! The service over its parts.

use std::sync::Arc;

use super::finding::Health;
use crate::assistant::Assistant;
use crate::base::Base;
use crate::hub::Hub;
use crate::mail::Mailer;
use crate::usage::Usage;
use crate::voice::Voice;

/// What it stands on.
#[derive(Debug)]
pub struct PlatformParts {
    /// The database, the clock, the settings.
    pub base: Base,
    /// The live part.
    pub hub: Arc<Hub>,
    /// The assistant.
    pub assistant: Assistant,
    /// Calls.
    pub voice: Voice,
    /// What models cost.
    pub usage: Usage,
    /// Sends mails.
    pub mailer: Mailer,
}

/// The server as whoever runs it sees it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Platform {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) parts: PlatformParts,
    /// The last examination; whoever asks while one runs waits for it.
    pub(super) last: tokio::sync::Mutex<Option<Health>>,
    /// Held while a mail is tried.
    pub(super) mail: tokio::sync::Mutex<()>,
}

impl Platform {
    /// The service over its parts.
    #[must_use]
    pub fn new(parts: PlatformParts) -> Self {
        let (last, mail) = (tokio::sync::Mutex::default(), tokio::sync::Mutex::default());
        Self { shared: Arc::new(Shared { parts, last, mail }) }
    }

    pub(super) fn base(&self) -> &Base {
        &self.shared.parts.base
    }
}
