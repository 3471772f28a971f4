//! Mails that wait to be sent.

use rooms::{ChannelId, ConversationId, OrgId, Timestamp, UserId};

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

/// A mail to a visitor, who knows the business and not its software.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorMail {
    /// To whom.
    pub recipient: String,
    /// The name of the business.
    pub sender_name: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// Where they can say that they want no more such mails.
    pub stop_url: String,
}

/// Messages of agents that a visitor who is away has not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreadReply {
    /// Of which org.
    pub org: OrgId,
    /// On which channel.
    pub channel: ChannelId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Whose it is.
    pub visitor: UserId,
    /// The `seq` before the first of them.
    pub after: u64,
    /// The `seq` of the last of them.
    pub last_seq: u64,
    /// When the first of them was written.
    pub since: Timestamp,
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
    /// In whose name it is sent; without one in the server's own.
    pub sender_name: Option<String>,
    /// Where who gets it can say that they want no more.
    pub stop_url: Option<String>,
}
