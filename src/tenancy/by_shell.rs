//! What whoever has the shell does to whole orgs, beside a running server or without one.

use rooms::{OrgId, Timestamp};

use super::arranging::{arrange_removal, org_of};
use super::export::ExportLines;
use crate::audit::{Act, Note, append_to_both};
use crate::db::Db;
use crate::model::OrgRecord;
use crate::refusal::ServiceError;

/// Everything of an org, as [`super::Tenancy::export`] gives it.
///
/// # Errors
/// `not_found`.
pub async fn export_by_shell(db: &Db, id: OrgId, now: Timestamp) -> Result<ExportLines, ServiceError> {
    let org = org_of(db, id).await?;
    note(db, Act::OrgExported, id, now).await?;
    Ok(ExportLines::of(db.clone(), org))
}

/// Has an org removed after some days, as [`super::Tenancy::arrange_removal`] does; a running server suspends it within
/// a second. Where a name is given, it must be the org's.
///
/// # Errors
/// `not_found`, `bad_request` for another name, `conflict` where a platform admin would be shut out.
pub async fn arrange_removal_by_shell(
    db: &Db,
    id: OrgId,
    name: Option<&str>,
    wait_days: u64,
    now: Timestamp,
) -> Result<OrgRecord, ServiceError> {
    let org = org_of(db, id).await?;
    if name.is_some_and(|name| name != org.name) {
        return Err(ServiceError::bad_request(format!("the org is called {}", org.name)));
    }
    arrange_removal(db, id, wait_days, now).await?;
    note(db, Act::OrgDeleted, id, now).await?;
    org_of(db, id).await
}

/// In the org's own log and in the platform's.
async fn note(db: &Db, act: Act, org: OrgId, now: Timestamp) -> Result<(), ServiceError> {
    Ok(append_to_both(db, Note::by_shell(Some(org), act, now).on(org)).await?)
}
