//! The audit record of a tool run, and its retention.

use std::time::Duration;

use rooms::Timestamp;

use super::run::Run;
use super::toolbox::{ToolResult, Tools};
use crate::clock::DAY_MS;
use crate::model::ToolRun;
use crate::providers::ToolCall;
use crate::refusal::log_unanswered;

/// Longest arguments or result that are kept; the rest is cut.
const KEPT_MAX_BYTES: usize = 8_192;
const NAME_MAX_CHARS: usize = 64;
/// How often old runs are looked for.
const FORGET_PERIOD: Duration = Duration::from_secs(3_600);

/// The line of the audit for a run.
pub(super) fn record(
    call: &ToolCall,
    run: &Run,
    result: &ToolResult,
    began_at: Timestamp,
    took: Duration,
) -> ToolRun {
    let error = result.content.get("error").and_then(serde_json::Value::as_str);
    ToolRun {
        id: run.id,
        channel_id: run.channel(),
        conversation_id: run.conversation(),
        // A model may invent a tool's name.
        tool: call.name.chars().filter(|one| *one != '\0').take(NAME_MAX_CHARS).collect(),
        arguments: cut(&call.arguments),
        result: cut(&result.content.to_string()),
        source: result.answered_by.map(str::to_owned),
        success: result.is_success,
        error: if result.is_success { None } else { error.map(str::to_owned) },
        attempts: i64::from(result.attempts),
        duration_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        created_at: began_at.0,
    }
}

fn cut(text: &str) -> String {
    // PostgreSQL takes no NUL.
    let text = text.replace('\0', " ");
    if text.len() <= KEPT_MAX_BYTES {
        return text;
    }
    let end = (0..=KEPT_MAX_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}

impl Tools {
    /// Forgets old runs from now on.
    pub fn start(&self) {
        self.parts.base.spawn_until_stop(self.clone().forget_old_runs());
    }

    /// Forgets runs that are older than the setting says, for as long as the server runs.
    async fn forget_old_runs(self) {
        let days = i64::try_from(self.parts.base.settings.tool_runs_kept_d).unwrap_or(i64::MAX / DAY_MS);
        loop {
            self.parts.base.claims.turn_to_sweep().await;
            match self.parts.base.db.tool_runs().forget(self.now().plus_ms(-days * DAY_MS)).await {
                Ok(0) => {}
                Ok(count) => tracing::info!("deleted {count} tool runs older than {days} days"),
                Err(error) => log_unanswered(&error, "could not store or load tools"),
            }
            tokio::time::sleep(FORGET_PERIOD).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_between_letters() {
        let kept = cut(&"ñ".repeat(KEPT_MAX_BYTES));

        assert!(kept.len() <= KEPT_MAX_BYTES + '…'.len_utf8() && kept.ends_with("ñ…"));
        assert_eq!(cut("short\0"), "short ");
    }
}
