//! How near the limits of the server are, and which orgs are near theirs.

use std::collections::HashMap;

use rooms::OrgId;

use super::service::Platform;
use crate::auth::{Principal, Right};
use crate::limits::{LimitState, SharesState};
use crate::refusal::ServiceError;
use crate::usage::Limit;

/// Orgs that are named of one limit, those that use most.
const ORGS_MAX: usize = 20;

/// How the limits stand.
#[derive(Debug, Clone)]
pub struct LimitStates {
    /// Limits by count and time.
    pub counts: Vec<LimitState>,
    /// What the orgs share.
    pub shares: Vec<ShareState>,
    /// Orgs that have used most of what they set themselves.
    pub orgs: Vec<OrgNearLimits>,
}

/// How something stands that all orgs share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareState {
    /// Its setting.
    pub name: &'static str,
    /// Taken in all.
    pub used: usize,
    /// There is in all.
    pub allowed: usize,
    /// What one org may take, where that is limited.
    pub org_allowed: Option<usize>,
    /// Who takes most of it.
    pub orgs: Vec<OrgUse>,
}

/// What one org takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgUse {
    /// Which.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// How much.
    pub used: usize,
}

/// An org with the limits of usage of which it has used most.
#[derive(Debug, Clone, PartialEq)]
pub struct OrgNearLimits {
    /// Which.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// The limits.
    pub limits: Vec<Limit>,
}

impl Platform {
    /// How near the limits are.
    ///
    /// # Errors
    /// `forbidden` to all but platform admins.
    pub async fn limit_states(&self, principal: &Principal) -> Result<LimitStates, ServiceError> {
        Right::ReadPlatformHealth.check(principal)?;
        let parts = &self.shared.parts;
        let settings = &parts.base.settings;
        let mut orgs = Vec::new();
        for (org, limits) in parts.usage.near_limits().await?.into_iter().take(ORGS_MAX) {
            orgs.push(OrgNearLimits { org, name: self.name_of(org).await?, limits });
        }
        let mut calls = HashMap::<OrgId, usize>::new();
        parts.voice.orgs_in_calls().into_iter().for_each(|org| *calls.entry(org).or_default() += 1);
        let calls = SharesState {
            used: parts.voice.call_count(),
            allowed: settings.voice_calls_max,
            share: 0,
            by_key: calls.into_iter().collect(),
        };
        let connections = SharesState {
            used: parts.hub.connection_count(),
            allowed: settings.connections_max,
            share: 0,
            by_key: Vec::new(),
        };
        let shares = vec![
            self.share("replies_at_once_max", parts.assistant.reply_places()).await?,
            self.share("bulk_acts_at_once_max", parts.hub.bulk_places()).await?,
            self.share("voice_calls_max", calls).await?,
            self.share("connections_max", connections).await?,
        ];
        Ok(LimitStates { counts: parts.base.limits.states(), shares, orgs })
    }

    async fn share(
        &self,
        name: &'static str,
        mut state: SharesState<OrgId>,
    ) -> Result<ShareState, ServiceError> {
        state.by_key.sort_unstable_by_key(|(_, used)| std::cmp::Reverse(*used));
        let mut orgs = Vec::new();
        for (org, used) in state.by_key.into_iter().take(ORGS_MAX) {
            orgs.push(OrgUse { org, name: self.name_of(org).await?, used });
        }
        let org_allowed = Some(state.share).filter(|share| *share > 0);
        Ok(ShareState { name, used: state.used, allowed: state.allowed, org_allowed, orgs })
    }

    async fn name_of(&self, org: OrgId) -> Result<String, ServiceError> {
        let found = self.base().db.orgs().get(org).await?;
        Ok(found.map(|org| org.name).unwrap_or_default())
    }
}
