//! Usage events and their sums.

use rooms::{ChannelId, ConversationId, OrgId};

use super::ids::UsageEventId;

/// One use of a model or a voice.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say what the fields are; PRODUCT.md section 9 lists them")]
pub struct UsageRow {
    pub id: UsageEventId,
    pub org_id: OrgId,
    pub channel_id: Option<ChannelId>,
    pub conversation_id: Option<ConversationId>,
    pub request_id: Option<String>,
    pub endpoint: String,
    pub address: Option<String>,
    pub provider: String,
    pub model: String,
    pub kind: String,
    pub input_tokens: i64,
    pub cached_input_tokens: i64,
    pub output_tokens: i64,
    pub duration_ms: i64,
    pub cost_nano_usd: i64,
    pub latency_ms: i64,
    pub success: bool,
    pub is_estimate: bool,
    pub created_at: i64,
}

/// What usage is summed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageBy {
    /// The hour of the day (UTC), over all days.
    Hour,
    /// The day (UTC).
    Day,
    /// The channel.
    Channel,
    /// The model.
    Model,
    /// What was used.
    Kind,
    /// The visitor in whose conversation it was used, merged visitors as one.
    Person,
    /// The address of that visitor.
    Address,
}

impl UsageBy {
    /// By its name in REST.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "hour" => Self::Hour,
            "day" => Self::Day,
            "channel" => Self::Channel,
            "model" => Self::Model,
            "kind" => Self::Kind,
            "person" => Self::Person,
            "address" => Self::Address,
            _ => return None,
        })
    }

    /// Whether it is summed from single events: no sum is stored that names a person.
    #[must_use]
    pub fn is_of_events(self) -> bool {
        matches!(self, Self::Person | Self::Address)
    }
}

/// Which events are summed.
#[derive(Debug, Clone, Copy)]
pub struct UsageSumRange {
    /// From this moment on, in milliseconds since 1970.
    pub from_ms: i64,
    /// Before this one.
    pub to_ms: i64,
    /// Of this channel alone.
    pub channel: Option<ChannelId>,
}

/// The sum of one group.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say what the fields are")]
pub struct UsageSum {
    /// The hour, day, id, model, kind or address; empty for what has none.
    pub key: String,
    /// The name of a channel or person, where it has one.
    pub name: String,
    pub request_count: i64,
    pub failed_count: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub duration_ms: i64,
    pub cost_nano_usd: i64,
}

/// The sum of a day, kind and model.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say what the fields are")]
pub struct UsageDay {
    pub day: String,
    pub kind: String,
    pub model: String,
    pub request_count: i64,
    pub failed_count: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub duration_ms: i64,
    pub cost_nano_usd: i64,
}
