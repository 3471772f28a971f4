//! Mails that wait to be sent.

use rooms::OrgId;

use super::ids::MailId;

/// A mail to queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// To whom.
    pub recipient: String,
    /// Who gets an answer to it.
    pub reply_to: Option<String>,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// The mails that tell of a handoff, of which an org gets one at once and then one per interval.
#[derive(Debug, Clone, Default)]
pub struct HandoffMails {
    /// What is sent at once where the interval allows it; none where nobody is to be told by mail.
    pub at_once: Vec<NewMail>,
    /// What is sent at the end of the interval instead, for this and every further handoff within it.
    pub later: Vec<NewMail>,
    /// The shortest time between two, in milliseconds.
    pub interval_ms: i64,
}

/// A queued mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRecord {
    /// Its id.
    pub id: MailId,
    /// Of which org.
    pub org_id: OrgId,
    /// To whom.
    pub recipient: String,
    /// Who gets an answer to it.
    pub reply_to: Option<String>,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
}
