//! How often tools may bother people in one conversation.

use std::time::Duration;

use super::run::Run;
use super::toolbox::{ToolResult, Tools};
use crate::refusal::log_unanswered;

/// Uses of a tool that bothers people, in one conversation and [`BOTHER_PERIOD`]: a visitor must not be able to flood
/// them through the assistant.
const BOTHERS_MAX: i64 = 3;

const BOTHER_PERIOD: Duration = Duration::from_secs(3_600);

/// Whether people were bothered enough by a tool in this conversation.
pub(super) async fn is_enough(tools: &Tools, name: &str, run: &Run) -> Result<bool, ToolResult> {
    if run.is_test {
        return Ok(false);
    }
    let period_ms = i64::try_from(BOTHER_PERIOD.as_millis()).unwrap_or(i64::MAX);
    let since = tools.now().plus_ms(-period_ms);
    let (org, conversation) = (run.context.org, run.context.conversation);
    match tools.parts.base.db.tool_runs().count(org, conversation, name, since).await {
        Ok(count) => Ok(count >= BOTHERS_MAX),
        Err(error) => {
            log_unanswered(&error, "could not store or load tools");
            Err(ToolResult::failed("the tool cannot be used now"))
        }
    }
}
