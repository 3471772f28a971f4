//! One call of a tool on its way.

use rooms::{ChannelId, ConversationId};

use super::toolbox::ToolContext;
use crate::model::ToolRunId;

/// The channel of a tool that is tried by itself.
pub(super) const NO_CHANNEL: ChannelId = ChannelId(0);

/// One call on its way.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// The same for every try, in the audit and to the receiver.
    pub(super) id: ToolRunId,
    pub(super) context: ToolContext,
    /// Somebody tries the tool or the assistant, outside of any conversation.
    pub(super) is_test: bool,
}

impl Run {
    /// The channel, where it runs for one.
    pub(super) fn channel(&self) -> Option<ChannelId> {
        Some(self.context.channel).filter(|channel| *channel != NO_CHANNEL)
    }

    /// The conversation, where it runs in one.
    pub(super) fn conversation(&self) -> Option<ConversationId> {
        (!self.is_test).then_some(self.context.conversation)
    }
}
