//! The enquiry tool: stores a submission and emails it to the org.

use serde_json::{Value, json};

use super::arguments::text;
use super::bother_limit::is_enough;
use super::run::Run;
use super::toolbox::{ToolResult, Tools};
use crate::db::DbError;
use crate::mail::is_address;
use crate::model::{NewMail, SubmissionId, SubmissionRecord};
use crate::refusal::log_unanswered;

/// Stores an enquiry and queues its mails, both or neither.
pub(super) async fn run(tools: &Tools, arguments: &Value, run: &Run) -> ToolResult {
    let email = text(arguments, "email");
    if !is_address(email) || email.contains('<') {
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
    let (context, now) = (&run.context, tools.now());
    let name = Some(text(arguments, "name")).filter(|name| !name.is_empty());
    let record = SubmissionRecord {
        id: SubmissionId::new(),
        channel_id: (!run.is_test).then_some(context.channel),
        conversation_id: (!run.is_test).then_some(context.conversation),
        visitor_id: (!run.is_test).then_some(context.visitor.id),
        name: name.map(str::to_owned),
        email: email.to_owned(),
        subject: text(arguments, "subject").to_owned(),
        body: text(arguments, "message").to_owned(),
        status: "open".to_owned(),
        handled_by: None,
        created_at: now.0,
        updated_at: now.0,
    };
    let channel = (!run.is_test).then_some(context.channel);
    let settings = tools.parts.org_settings.effective(context.org, channel).await?;
    let set = [settings.enquiry_email.clone()];
    let recipients = tools.parts.notifier.addresses(context.org, &set).await?;
    let body = format!(
        "{}\n\nFrom: {} <{email}>\nThis enquiry came through the chat; answering this mail writes to the visitor.\n",
        record.body,
        name.unwrap_or("a visitor"),
    );
    let mails: Vec<NewMail> = recipients
        .into_iter()
        .map(|recipient| NewMail {
            recipient,
            reply_to: Some(email.to_owned()),
            subject: format!("Enquiry: {}", record.subject),
            body: body.clone(),
        })
        .collect();
    tools.parts.base.db.submissions().add(context.org, &record, &mails, now).await?;
    Ok(record.id)
}
