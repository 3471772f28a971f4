//! The service of whole orgs.

use std::sync::Arc;

use rooms::OrgId;

use super::arranging::org_of;
use crate::audit::{Act, Note, append_to_both};
use crate::auth::Principal;
use crate::base::Base;
use crate::db::Db;
use crate::hub::Hub;
use crate::model::OrgRecord;
use crate::refusal::ServiceError;

/// What it stands on.
#[derive(Debug)]
pub struct TenancyParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// The live part.
    pub hub: Arc<Hub>,
}

/// Whole orgs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tenancy {
    pub(super) parts: Arc<TenancyParts>,
    /// Wakes the job that removes orgs.
    pub(super) wake: Arc<tokio::sync::Notify>,
}

impl Tenancy {
    /// The service over its parts.
    #[must_use]
    pub fn new(parts: TenancyParts) -> Self {
        Self { parts: Arc::new(parts), wake: Arc::default() }
    }

    /// Says in the org's own log and in the platform's what whoever runs the platform did to an org: its people must see
    /// who it was.
    pub(super) async fn record(
        &self,
        principal: &Principal,
        act: Act,
        org: OrgId,
    ) -> Result<(), ServiceError> {
        let note = Note::by_platform(principal, act, org, self.parts.base.now());
        Ok(append_to_both(self.db(), note).await?)
    }

    pub(super) fn db(&self) -> &Db {
        &self.parts.base.db
    }

    /// The org of an id as text.
    pub(super) async fn org(&self, id: &str) -> Result<OrgRecord, ServiceError> {
        let id: OrgId = id.parse().map_err(|_| ServiceError::not_found())?;
        org_of(self.db(), id).await
    }
}
