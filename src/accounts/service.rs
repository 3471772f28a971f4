//! The accounts service of a running server.

use std::sync::Arc;

use rooms::Timestamp;

use super::Directory;
use super::idempotency::Turns;
use super::refused_pages::RefusedPagesLog;
use crate::auth::IdentityVerifier;
use crate::base::Base;
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::hub::Hub;
use crate::mail::Mailer;
use crate::model::ChannelRecord;
use crate::org_settings::OrgSettings;
use crate::refusal::{ServiceError, log_unanswered};

/// What accounts stand on.
#[derive(Debug)]
pub struct AccountsParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// What is stored.
    pub directory: Directory,
    /// The live part.
    pub hub: Arc<Hub>,
    /// Checks the identities sites vouch for.
    pub identities: IdentityVerifier,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// Sends mails.
    pub mailer: Mailer,
}

/// The accounts of a running server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Accounts {
    pub(super) parts: Arc<AccountsParts>,
    pub(super) turns: Arc<Turns>,
    pub(super) refused_pages: Arc<RefusedPagesLog>,
}

impl Accounts {
    /// Accounts over their parts.
    #[must_use]
    pub fn new(parts: AccountsParts) -> Self {
        Self { parts: Arc::new(parts), turns: Arc::default(), refused_pages: Arc::default() }
    }

    /// What is stored.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.parts.directory
    }

    /// The live part.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        &self.parts.hub
    }

    /// The channel of a public key.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn channel_of_key(&self, key: &str) -> Result<Option<ChannelRecord>, ServiceError> {
        self.db().channels().by_key(key).await.map_err(ServiceError::from)
    }

    /// The path below which browsers find this server; empty at the root.
    #[must_use]
    pub fn base_path(&self) -> &str {
        self.settings().base_path()
    }

    pub(super) fn db(&self) -> &Db {
        self.parts.directory.db()
    }

    /// Notes that something is in use by `touch(accounts, now, before)`, where that was last noted before `step_ms` ago.
    /// Nobody waits for it; a failure is logged.
    pub(super) fn note_use<F>(
        &self,
        used_at: Option<Timestamp>,
        step_ms: i64,
        failure: &'static str,
        touch: impl FnOnce(Self, Timestamp, Timestamp) -> F,
    ) where
        F: Future<Output = Result<(), DbError>> + Send + 'static,
    {
        let now = self.now();
        let before = now.plus_ms(-step_ms);
        if used_at.is_some_and(|at| at > before) {
            return;
        }
        let touching = touch(self.clone(), now, before);
        self.parts.base.spawn_until_stop(async move {
            if let Err(error) = touching.await {
                log_unanswered(&error, failure);
            }
        });
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.parts.base.settings
    }

    pub(super) fn now(&self) -> Timestamp {
        self.parts.directory.now()
    }
}

/// A link into the console whose token stands in the fragment, which browsers keep to themselves. `base` is an
/// address of this server without a slash at the end.
pub(super) fn console_link(base: &str, page: &str, token: &str) -> String {
    format!("{base}/console/{page}#token={token}")
}
