//! What knowledge and the assistant share of models: which there are, what they cost, what orgs set.

use std::sync::Arc;

use crate::assistant::{Chains, EnvironmentKeys, ProviderEmbedders, VectorStores};
use crate::clock::SharedClock;
use crate::crypto::MasterKeys;
use crate::hub::Hub;
use crate::knowledge::{Embedders, ExtraSource};
use crate::org_settings::OrgSettings;
use crate::outbound::Gateway;
use crate::usage::Usage;

/// Made before knowledge, which the assistant stands on in turn.
pub(super) struct Models {
    pub(super) chains: Chains,
    pub(super) org_settings: OrgSettings,
    /// One for all, as it counts in memory.
    pub(super) usage: Usage,
    embedders: ProviderEmbedders,
}

impl Models {
    pub(super) fn new(hub: &Hub, keys: &Arc<MasterKeys>, clock: &SharedClock, gateway: &Gateway) -> Self {
        let (db, tasks) = (hub.db(), hub.tasks());
        let chains = Chains::new(db.clone(), keys.clone(), EnvironmentKeys::read(), hub.settings());
        let org_settings = OrgSettings::new(db.clone(), clock.clone());
        let usage = Usage::new(db.clone(), clock.clone(), org_settings.clone(), tasks.clone());
        let embedders = ProviderEmbedders {
            org_settings: org_settings.clone(),
            chains: chains.clone(),
            usage: usage.clone(),
            gateway: gateway.clone(),
            tasks: tasks.clone(),
        };
        Self { chains, org_settings, usage, embedders }
    }

    /// Who makes the vectors of orgs.
    pub(super) fn embedders(&self) -> Arc<dyn Embedders> {
        Arc::new(self.embedders.clone())
    }

    /// Where knowledge is searched besides.
    pub(super) fn stores(&self) -> Arc<dyn ExtraSource> {
        Arc::new(VectorStores {
            chains: self.chains.clone(),
            usage: self.usage.clone(),
            gateway: self.embedders.gateway.clone(),
        })
    }
}
