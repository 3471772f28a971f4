//! Managing submissions on behalf of a principal.

use super::toolbox::Tools;
use crate::auth::{Principal, Right};
use crate::model::{SubmissionFilter, SubmissionRecord};
use crate::refusal::ServiceError;

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
    ) -> Result<Vec<SubmissionRecord>, ServiceError> {
        Right::ReadSubmissions.check(principal)?;
        if !filter.status.is_empty() {
            check_status(&filter.status)?;
        }
        self.parts.base.db.submissions().list(principal.org, filter).await.map_err(ServiceError::from)
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
    ) -> Result<SubmissionRecord, ServiceError> {
        Right::HandleSubmission.check(principal)?;
        check_status(status)?;
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        let (org, by) = (principal.org, principal.user.id);
        let changed = self.parts.base.db.submissions().set_status(org, id, status, by, self.now()).await;
        changed?.ok_or_else(ServiceError::not_found)
    }
}

fn check_status(status: &str) -> Result<(), ServiceError> {
    if STATUSES.contains(&status) {
        return Ok(());
    }
    Err(ServiceError::bad_request("status must be open, done or archived"))
}
