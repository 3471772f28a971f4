//! Who takes calls, as far as it is stored: for whoever looks at a database from outside.

use rooms::{ChannelId, OrgId};

use super::provider::ProviderRecord;

/// Who takes calls, and through whom, as it is stored.
#[derive(Debug, Clone, Default)]
pub struct CallSetup {
    /// Ids and names of all orgs.
    pub orgs: Vec<(OrgId, String)>,
    /// The settings `voice_enabled` and `voice_recording` wherever they are set.
    pub settings: Vec<CallSetting>,
    /// Providers of all orgs and of the platform.
    pub providers: Vec<ProviderRecord>,
}

/// A setting of calls at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSetting {
    /// The org; none for the platform.
    pub org_id: Option<OrgId>,
    /// The channel; none where it is the org's.
    pub channel_id: Option<ChannelId>,
    /// Which.
    pub field: String,
    /// Its value as JSON.
    pub value: String,
}
