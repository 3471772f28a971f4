//! The model service.

use std::sync::Arc;

use rooms::{OrgId, Timestamp};
use tokio_util::task::TaskTracker;

use super::chain::Chains;
use super::{EnvironmentKeys, Link};
use crate::base::Base;
use crate::crypto::MasterKeys;
use crate::db::{Db, DbError};
use crate::org_settings::OrgSettings;
use crate::outbound::Gateway;
use crate::providers::{ChatProvider, Endpoint, connect};
use crate::usage::Usage;

/// What [`Llm`] stands on.
#[derive(Debug)]
pub struct LlmParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// Seals and opens secrets.
    pub keys: Arc<MasterKeys>,
    /// Keys that the server was started with.
    pub environment: EnvironmentKeys,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// What models cost.
    pub usage: Usage,
}

/// The models of every org. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Llm {
    parts: Arc<LlmParts>,
    chains: Chains,
}

impl Llm {
    /// Models over what is stored and what the environment names.
    #[must_use]
    pub fn new(parts: LlmParts) -> Self {
        let environment = parts.environment.clone();
        let chains =
            Chains::new(parts.base.db.clone(), parts.keys.clone(), environment, &parts.base.settings);
        Self { parts: Arc::new(parts), chains }
    }

    /// The links of an org, in order; never empty.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn chain(&self, org: OrgId) -> Result<Arc<Vec<Link>>, DbError> {
        self.chains.of(org).await
    }

    /// The provider behind an endpoint.
    #[must_use]
    pub fn provider(&self, endpoint: &Endpoint) -> Arc<dyn ChatProvider> {
        connect(endpoint.clone(), &self.parts.base.gateway)
    }

    /// What models cost.
    #[must_use]
    pub fn usage(&self) -> &Usage {
        &self.parts.usage
    }

    /// Forgets the chains that are kept: another process has changed providers.
    pub fn forget_chains(&self) {
        self.chains.forget();
    }

    pub(super) fn chains(&self) -> &Chains {
        &self.chains
    }

    pub(super) fn db(&self) -> &Db {
        &self.parts.base.db
    }

    pub(super) fn keys(&self) -> &MasterKeys {
        &self.parts.keys
    }

    pub(super) fn org_settings(&self) -> &OrgSettings {
        &self.parts.org_settings
    }

    pub(super) fn gateway(&self) -> &Gateway {
        &self.parts.base.gateway
    }

    pub(super) fn tasks(&self) -> &TaskTracker {
        &self.parts.base.tasks
    }

    pub(super) fn now(&self) -> Timestamp {
        self.parts.base.now()
    }
}
