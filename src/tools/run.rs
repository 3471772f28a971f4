//! One call of a tool on its way.

use super::toolbox::ToolContext;
use crate::model::ToolRunId;

/// One call on its way.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// The same for every try, in the audit and to the receiver.
    pub(super) id: ToolRunId,
    pub(super) context: ToolContext,
    /// Somebody tries the tool outside of any conversation.
    pub(super) is_test: bool,
}
