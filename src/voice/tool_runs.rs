//! Runs the assistant's tools during a call, in tasks whose results return as control messages.

use std::sync::Arc;

use audio::relay::{CallId as ToolCallId, Outcome};

use super::control::Control;
use super::live::LiveCall;
use super::registry::Shared;
use crate::hub::{Actor, Command};
use crate::providers::ToolCall;
use crate::telemetry::trace::{InTrace as _, TraceContext};
use crate::tools::{ToolContext, Wish};

/// Runs a tool for a call; a wish for a person hands its conversation off.
pub(super) fn run_tool(
    shared: &Arc<Shared>,
    live: &LiveCall,
    context: ToolContext,
    call: ToolCallId,
    name: &str,
    arguments: &str,
) {
    let wanted = ToolCall {
        id: call.0.to_string(),
        name: name.to_owned(),
        arguments: arguments.to_owned(),
        ..ToolCall::default()
    };
    let (tools, hub) = (shared.parts.tools.clone(), shared.parts.hub.clone());
    let (assistant, control, facts) = (shared.assistant_of(live), live.control.clone(), live.facts.clone());
    let running = async move {
        let result = tools.run(&wanted, &context).await;
        if let Some(Wish::HandOff { reason }) = &result.wish {
            let actor = Actor::System { org: facts.org, user: &assistant };
            let handoff = Command::RequestHandoff { reason: Some(reason.as_str().into()) };
            if let Err(error) = hub.act(actor, facts.conversation, handoff).await {
                error.log_unanswered("a call could not be handed to a person");
            }
        }
        let content = result.content.to_string();
        let outcome = if result.is_success { Outcome::Done(content.into()) } else { Outcome::Failed };
        // The call may have ended: the result is not needed.
        let _ended = control.send(Control::ToolEnded { call, outcome }).await;
    };
    shared.spawn(running.in_trace(&TraceContext::current()));
}
