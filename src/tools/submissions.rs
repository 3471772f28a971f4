//! Managing submissions on behalf of a principal.

use rooms::{ChannelId, ConversationId, OrgId, UserId};

use super::toolbox::Tools;
use crate::auth::{Principal, Right};
use crate::db::DbError;
use crate::limits::{Limit, Source};
use crate::mail::{is_bare_address, one_line};
use crate::model::{NewMail, SubmissionFilter, SubmissionId, SubmissionRecord};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

const MESSAGE_MAX_CHARS: usize = 5_000;
const SUBJECT_MAX_CHARS: usize = 80;
const PHONE_MAX_CHARS: usize = 40;
const NAME_MAX_CHARS: usize = 120;
/// What one consent says, and how many there are.
const CONSENT_MAX_CHARS: usize = 500;
const CONSENTS_MAX: usize = 20;

/// What a visitor wants to tell people who are not there.
#[derive(Debug)]
pub(super) struct Enquiry {
    pub(super) channel: Option<ChannelId>,
    pub(super) conversation: Option<ConversationId>,
    pub(super) visitor: Option<UserId>,
    pub(super) name: Option<String>,
    pub(super) email: String,
    pub(super) subject: String,
    pub(super) message: String,
}

/// The offline form of a widget, as it was filled in.
#[derive(Debug, Clone)]
pub struct OfflineForm {
    /// The visitor's name.
    pub name: Option<String>,
    /// Where they want the answer.
    pub email: String,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their words.
    pub message: String,
    /// What they agreed to, in the words of the form.
    pub consents: Vec<String>,
}

/// What a submission can be.
pub(super) const STATUSES: [&str; 3] = ["open", "done", "archived"];

impl Tools {
    /// Keeps what a visitor left in the offline form, and mails it to the org: both or neither.
    ///
    /// # Errors
    /// `forbidden` for anyone but visitors, `bad_request` and `too_large` for the fields, `rate_limited`.
    pub async fn submit(
        &self,
        principal: &Principal,
        source: Source<'_>,
        form: OfflineForm,
    ) -> Result<SubmissionId, ServiceError> {
        Right::UseWidget.check(principal)?;
        principal.check_not_blocked()?;
        let (org, limits) = (principal.org, &self.parts.base.limits);
        if !self.parts.org_settings.effective(org, principal.channel()).await?.offline_form {
            let refusal = WireError::forbidden("the channel has no offline form");
            return Err(WireError { reason: Some("offline_form_off"), ..refusal }.into());
        }
        let enquiry = form.into_enquiry(principal)?;
        limits.count(Limit::OfflineForms, source)?;
        limits.count(Limit::OfflineForms, Source::Token(&principal.user.id.to_string()))?;
        // What is more than an org may get by mail is kept without one: it stands among the submissions.
        let is_mailed = limits.count(Limit::OrgOfflineMails, Source::Token(&org.to_string())).is_ok();
        self.store_enquiry(org, enquiry, is_mailed).await.map_err(ServiceError::from)
    }

    /// Stores an enquiry and, where it is mailed, queues the mails that tell of it: both or neither.
    pub(super) async fn store_enquiry(
        &self,
        org: OrgId,
        enquiry: Enquiry,
        is_mailed: bool,
    ) -> Result<SubmissionId, DbError> {
        let now = self.now();
        let settings = self.parts.org_settings.effective(org, enquiry.channel).await?;
        let set = [settings.enquiry_email.clone()];
        let recipients = if is_mailed { self.parts.notifier.addresses(org, &set).await? } else { Vec::new() };
        let body = format!(
            "{}\n\nFrom: {} <{}>\nThis enquiry came through the chat; answering this mail writes to the visitor.\n",
            enquiry.message,
            enquiry.name.as_deref().unwrap_or("a visitor"),
            enquiry.email,
        );
        let mails: Vec<NewMail> = recipients
            .into_iter()
            .map(|recipient| NewMail {
                recipient,
                reply_to: Some(enquiry.email.clone()),
                subject: format!("Enquiry: {}", enquiry.subject),
                body: body.clone(),
            })
            .collect();
        let record = SubmissionRecord {
            id: SubmissionId::new(),
            channel_id: enquiry.channel,
            conversation_id: enquiry.conversation,
            visitor_id: enquiry.visitor,
            name: enquiry.name,
            email: enquiry.email,
            subject: enquiry.subject,
            body: enquiry.message,
            status: "open".to_owned(),
            handled_by: None,
            created_at: now.0,
            updated_at: now.0,
        };
        self.parts.base.db.submissions().add(org, &record, &mails, now).await?;
        Ok(record.id)
    }

    /// Submissions of the caller's org, the newest first.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for a status that is none.
    pub async fn submissions(
        &self,
        principal: &Principal,
        filter: &SubmissionFilter,
    ) -> Result<Vec<SubmissionRecord>, ServiceError> {
        Right::ReadSubmissions.check(principal)?;
        if !filter.status.is_empty() {
            check_status(&filter.status)?;
        }
        self.parts.base.db.submissions().list(principal.org, filter).await.map_err(ServiceError::from)
    }

    /// Sets the status of a submission.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request`.
    pub async fn set_submission_status(
        &self,
        principal: &Principal,
        id: &str,
        status: &str,
    ) -> Result<SubmissionRecord, ServiceError> {
        Right::HandleSubmission.check(principal)?;
        check_status(status)?;
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        let (org, by) = (principal.org, principal.user.id);
        let changed = self.parts.base.db.submissions().set_status(org, id, status, by, self.now()).await;
        changed?.ok_or_else(ServiceError::not_found)
    }
}

impl OfflineForm {
    fn into_enquiry(self, principal: &Principal) -> Result<Enquiry, ServiceError> {
        let email = self.email.trim();
        if !is_bare_address(email) {
            return Err(ServiceError::bad_request("email must be an address such as ana@example.com"));
        }
        let message = self.message.trim();
        if message.is_empty() {
            return Err(ServiceError::bad_request("the message is empty"));
        }
        let is_long = |text: &str, max_chars| text.chars().count() > max_chars;
        let line = |text: Option<String>| text.map(|text| one_line(&text)).filter(|text| !text.is_empty());
        let (name, phone) = (line(self.name), line(self.phone));
        let consents: Vec<String> = self.consents.into_iter().filter_map(|one| line(Some(one))).collect();
        if consents.len() > CONSENTS_MAX || consents.iter().any(|one| is_long(one, CONSENT_MAX_CHARS)) {
            return Err(ServiceError::new(
                ErrorCode::TooLarge,
                "there are at most 20 consents of at most 500 characters",
            ));
        }
        if is_long(message, MESSAGE_MAX_CHARS)
            || name.as_ref().is_some_and(|name| is_long(name, NAME_MAX_CHARS))
            || phone.as_ref().is_some_and(|phone| is_long(phone, PHONE_MAX_CHARS))
        {
            return Err(ServiceError::new(
                ErrorCode::TooLarge,
                "a message has at most 5000 characters, a name 120, a telephone number 40",
            ));
        }
        let first_line = message.lines().next().unwrap_or_default();
        let subject = first_line.chars().filter(|c| !c.is_control()).take(SUBJECT_MAX_CHARS).collect();
        let phone = phone.map(|phone| format!("\n\nPhone: {phone}")).unwrap_or_default();
        let agreed: String = consents.iter().map(|one| format!("\n\nAgreed to: {one}")).collect();
        Ok(Enquiry {
            channel: principal.channel(),
            conversation: None,
            visitor: Some(principal.user.id),
            name,
            email: email.to_owned(),
            subject,
            message: format!("{message}{phone}{agreed}"),
        })
    }
}

fn check_status(status: &str) -> Result<(), ServiceError> {
    if STATUSES.contains(&status) {
        return Ok(());
    }
    Err(ServiceError::bad_request("status must be open, done or archived"))
}
