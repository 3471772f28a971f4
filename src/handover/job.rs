//! The conversation that work is done for.

use rooms::{ChannelId, ConversationId, OrgId};

use crate::llm::CallOf;

/// The conversation that work is done for.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// The org.
    pub org: OrgId,
    /// The channel.
    pub channel: ChannelId,
    /// The conversation.
    pub conversation: ConversationId,
}

impl Job {
    /// For whom calls to models are counted.
    #[must_use]
    pub fn call_of(self) -> CallOf {
        CallOf { org: self.org, channel: Some(self.channel), conversation: Some(self.conversation) }
    }
}
