//! Settings of orgs and channels, and their changes.

use rooms::{ChannelId, OrgId, UserId};

use super::ids::SettingChangeId;

/// Where a value is set: nowhere named means the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingPlace {
    /// The org.
    pub org: Option<OrgId>,
    /// The channel.
    pub channel: Option<ChannelId>,
}

/// A change of one field.
#[derive(Debug, Clone)]
pub struct SettingChange {
    /// Its id; later ones are greater.
    pub id: SettingChangeId,
    /// The channel, where it was one's own value.
    pub channel_id: Option<ChannelId>,
    /// The field.
    pub field: String,
    /// Its value before, as JSON.
    pub old_value: Option<String>,
    /// Its value since, as JSON; nothing inherits.
    pub new_value: Option<String>,
    /// Who.
    pub member_id: Option<UserId>,
    /// Their name then.
    pub member_name: String,
    /// When.
    pub created_at: i64,
}
