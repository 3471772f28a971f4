//! Built-in tools, executed in this server.

use rooms::TicketId;
use serde_json::{Value, json};

use super::arguments::text;
use super::bother_limit::is_enough;
use super::run::Run;
use super::toolbox::{HAND_OFF, ToolResult, Tools, Wish};
use super::{enquiry, search};
use crate::ids;
use crate::model::TicketBrief;
use crate::refusal::log_unanswered;

/// Runs a tool whose arguments fit its schema.
pub(super) async fn run(tools: &Tools, name: &str, arguments: &Value, run: &Run) -> ToolResult {
    match name {
        "search" => search::run(tools, text(arguments, "query"), run).await,
        HAND_OFF => hand_off(arguments, run),
        "open_ticket" => open_ticket(tools, arguments, run).await,
        "send_enquiry" => enquiry::run(tools, arguments, run).await,
        _ => ToolResult::failed("there is no such tool"),
    }
}

/// Whether a call changes nothing and reaches nobody: it runs in a test chat without being confirmed.
pub(super) fn is_safe(name: &str) -> bool {
    matches!(name, "search" | HAND_OFF)
}

fn hand_off(arguments: &Value, run: &Run) -> ToolResult {
    if run.is_test && run.channel().is_none() {
        return ToolResult::failed("this tool works in a conversation only");
    }
    let reason = text(arguments, "reason").to_owned();
    let content = json!({ "ok": true, "note": "A person was asked for. Say so in one short sentence." });
    ToolResult { wish: Some(Wish::HandOff { reason }), ..ToolResult::of(content).by("built_in") }
}

async fn open_ticket(tools: &Tools, arguments: &Value, run: &Run) -> ToolResult {
    if run.is_test {
        return ToolResult::failed("this tool works in a conversation only");
    }
    match is_enough(tools, "open_ticket", run).await {
        Ok(false) => {}
        Ok(true) => return ToolResult::failed("enough tickets were opened in this conversation"),
        Err(failed) => return failed,
    }
    let priority = match text(arguments, "priority") {
        "low" => "low",
        "high" => "high",
        "urgent" => "urgent",
        _ => "medium",
    };
    let brief = TicketBrief {
        title: text(arguments, "title").to_owned(),
        summary: text(arguments, "summary").to_owned(),
        priority,
    };
    let id = TicketId(ids::new_number());
    let context = &run.context;
    let opened = tools
        .parts
        .base
        .db
        .tickets()
        .open(context.org, context.conversation, context.visitor.id, id, &brief, tools.now())
        .await;
    match opened {
        Ok(()) => ToolResult::of(json!({ "ok": true, "ticket_id": id.to_string() })).by("built_in"),
        Err(error) => {
            log_unanswered(&error, "could not store or load tools");
            ToolResult::failed("the ticket could not be opened")
        }
    }
}
