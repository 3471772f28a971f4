//! The enquiry tool: stores a submission and emails it to the org.

use serde_json::{Value, json};

use super::arguments::text;
use super::bother_limit::is_enough;
use super::run::Run;
use super::submissions::Enquiry;
use super::toolbox::{ToolResult, Tools};
use crate::db::DbError;
use crate::mail::is_bare_address;
use crate::model::SubmissionId;
use crate::refusal::log_unanswered;

/// Stores an enquiry and queues its mails, both or neither.
pub(super) async fn run(tools: &Tools, arguments: &Value, run: &Run) -> ToolResult {
    let email = text(arguments, "email");
    if !is_bare_address(email) {
        return ToolResult::failed("email is not a mail address; ask the visitor for it");
    }
    match is_enough(tools, "send_enquiry", run).await {
        Ok(false) => {}
        Ok(true) => return ToolResult::failed("enough enquiries were sent in this conversation"),
        Err(failed) => return failed,
    }
    match send(tools, arguments, email, run).await {
        Ok(id) => {
            let note = "The enquiry was sent; the answer comes by email.";
            ToolResult::of(json!({ "ok": true, "submission_id": id.to_string(), "note": note }))
                .by("built_in")
        }
        Err(error) => {
            log_unanswered(&error, "could not store or load tools");
            ToolResult::failed("the enquiry could not be sent")
        }
    }
}

async fn send(tools: &Tools, arguments: &Value, email: &str, run: &Run) -> Result<SubmissionId, DbError> {
    let context = &run.context;
    let name = Some(text(arguments, "name")).filter(|name| !name.is_empty());
    let enquiry = Enquiry {
        channel: run.channel(),
        conversation: run.conversation(),
        visitor: (!run.is_test).then_some(context.visitor.id),
        name: name.map(str::to_owned),
        email: email.to_owned(),
        subject: text(arguments, "subject").to_owned(),
        message: text(arguments, "message").to_owned(),
    };
    tools.store_enquiry(context.org, enquiry, true).await
}
