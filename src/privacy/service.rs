//! The service of privacy, and the start of its jobs.

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};

use crate::attachments::{AttachmentError, Attachments};
use crate::base::Base;
use crate::db::DbError;
use crate::files::FilesError;
use crate::hub::Hub;
use crate::org_settings::OrgSettings;
use crate::refusal::ServiceError;
use crate::voice::Voice;

/// Exports that are put together at once; each takes a thread and space on the disk.
const EXPORTS_AT_ONCE: usize = 2;

/// What privacy needs.
#[derive(Debug, Clone)]
pub struct PrivacyParts {
    /// The means below it.
    pub base: Base,
    /// The live part, which is told what is gone.
    pub hub: Arc<Hub>,
    /// How long orgs keep what.
    pub org_settings: OrgSettings,
    /// Files of conversations.
    pub attachments: Attachments,
    /// Recordings of calls.
    pub voice: Voice,
}

/// Exports and erases what is stored of visitors. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Privacy {
    pub(super) parts: Arc<PrivacyParts>,
    /// Wakes the job that erases.
    pub(super) asked: Arc<Notify>,
    pub(super) exports: Arc<Semaphore>,
}

/// Why something was not removed; it is tried again.
#[derive(Debug, thiserror::Error)]
pub(super) enum RemovalError {
    #[error("storage failed")]
    Storage(#[from] DbError),
    #[error("could not delete files")]
    Files(#[from] AttachmentError),
    #[error("could not delete a recording")]
    Recording(#[from] FilesError),
    #[error("could not end the conversation")]
    End(#[from] ServiceError),
}

impl Privacy {
    /// Privacy over what it needs; nothing runs yet.
    #[must_use]
    pub fn new(parts: PrivacyParts) -> Self {
        let exports = Arc::new(Semaphore::new(EXPORTS_AT_ONCE));
        Self { parts: Arc::new(parts), asked: Arc::default(), exports }
    }

    /// Starts the jobs that erase visitors and remove what is kept no longer.
    pub fn start(&self) {
        self.parts.base.spawn_until_stop(self.clone().erase_always());
        self.parts.base.spawn_until_stop(self.clone().retain_always());
    }
}
