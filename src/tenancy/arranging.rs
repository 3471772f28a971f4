//! Arranging the removal of an org, whoever asks for it.

use rooms::{OrgId, Timestamp};

use crate::clock::DAY_MS;
use crate::db::Db;
use crate::model::OrgRecord;
use crate::refusal::ServiceError;

/// An org.
pub(super) async fn org_of(db: &Db, id: OrgId) -> Result<OrgRecord, ServiceError> {
    db.orgs().get(id).await?.ok_or_else(ServiceError::not_found)
}

/// Refuses what would shut a platform admin out.
pub(super) async fn must_not_shut_out(db: &Db, id: OrgId) -> Result<(), ServiceError> {
    if db.orgs().has_platform_admin(id).await? {
        return Err(ServiceError::conflict("platform admins are members of this org"));
    }
    Ok(())
}

/// Suspends an org, and has it removed after so many days.
pub(super) async fn arrange_removal(
    db: &Db,
    id: OrgId,
    wait_days: u64,
    now: Timestamp,
) -> Result<(), ServiceError> {
    must_not_shut_out(db, id).await?;
    let days = i64::try_from(wait_days).unwrap_or(i64::MAX / DAY_MS);
    Ok(db.orgs().arrange_removal(id, now.plus_ms(days * DAY_MS), now).await?)
}
