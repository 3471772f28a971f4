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
