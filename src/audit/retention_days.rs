//! How long rows of the audit log are kept.

use futures_util::future::BoxFuture;
use rooms::OrgId;

use crate::db::DbError;

/// Says how long rows are kept. The settings of orgs do; they stand above this room.
pub trait RetentionDays: std::fmt::Debug + Send + Sync {
    /// Days that rows of an org, or of the platform, are kept.
    fn audit_days(&self, org: Option<OrgId>) -> BoxFuture<'_, Result<u64, DbError>>;
}
