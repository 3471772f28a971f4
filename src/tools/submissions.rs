//! Enquiries as people see to them. Who may is decided here.

use super::toolbox::{Tools, fault};
use crate::auth::{Principal, Right};
use crate::db::{SubmissionFilter, SubmissionRecord};
use crate::wire::WireError;

/// What a submission can be.
pub(super) const STATUSES: [&str; 3] = ["open", "done", "archived"];

impl Tools {
    /// Submissions of the caller's org, the newest first.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for a status that is none.
    pub async fn submissions(
        &self,
        principal: &Principal,
        filter: &SubmissionFilter,
    ) -> Result<Vec<SubmissionRecord>, WireError> {
        Right::ReadSubmissions.check(principal)?;
        if !filter.status.is_empty() {
            check_status(&filter.status)?;
        }
        self.parts.base.db.submissions(principal.org, filter).await.map_err(|error| fault(&error))
    }

    /// Sets the status of a submission.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request`.
    pub async fn set_submission_status(
        &self,
        principal: &Principal,
        id: &str,
        status: &str,
    ) -> Result<SubmissionRecord, WireError> {
        Right::HandleSubmission.check(principal)?;
        check_status(status)?;
        let (org, by) = (principal.org, principal.user.id);
        let changed = self.parts.base.db.set_submission_status(org, id, status, by, self.now()).await;
        changed.map_err(|error| fault(&error))?.ok_or_else(WireError::not_found)
    }
}

fn check_status(status: &str) -> Result<(), WireError> {
    if STATUSES.contains(&status) {
        return Ok(());
    }
    Err(WireError::bad_request("status must be open, done or archived"))
}
