//! Deliveries of webhooks.

use rooms::{Entry, OrgId, Timestamp};

use super::conversation::ConversationRecord;
use super::ids::{DeliveryId, WebhookId};
use super::submission::SubmissionRecord;
use super::ticket::TicketRecord;
use super::visitor::VisitorRecord;

/// What happened, as it is committed.
#[derive(Debug, Clone, Copy)]
pub enum Happening<'a> {
    /// A conversation began.
    Opened(&'a ConversationRecord),
    /// An entry is committed; the record is its conversation right after it.
    Committed(&'a ConversationRecord, &'a Entry),
    /// A ticket was opened besides a handoff.
    TicketOpened(&'a TicketRecord),
    /// A ticket was resolved.
    TicketResolved(&'a TicketRecord),
    /// An enquiry came in.
    SubmissionCreated(&'a SubmissionRecord),
    /// Something was learnt of a visitor, who is as they are now.
    ContactUpdated(&'a VisitorRecord),
    /// A limit of usage passed a mark.
    UsageWarning(LimitMark),
}

/// A mark that a limit of usage has passed.
#[derive(Debug, Clone, Copy)]
pub struct LimitMark {
    /// Which limit, by the name of its field.
    pub limit: &'static str,
    /// How much of it is used at least: 80 or 100.
    pub percent: u8,
    /// Whether the assistant stops at 100.
    pub is_hard: bool,
    /// When it starts over.
    pub resets_at: Timestamp,
}

/// Says what the webhooks of an org are sent of something that happens, if anything.
pub type WriteEvent = fn(OrgId, Happening<'_>, Timestamp) -> Vec<WebhookEvent>;

/// What webhooks are sent.
#[derive(Debug, Clone)]
pub struct WebhookEvent {
    /// Its kind, such as `message.created`.
    pub kind: &'static str,
    /// What is sent, as JSON.
    pub body: String,
}

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// Its id; later ones are greater.
    pub id: DeliveryId,
    /// To which webhook.
    pub webhook_id: WebhookId,
    /// Of which org.
    pub org_id: OrgId,
    /// What happened.
    pub kind: String,
    /// What is sent.
    pub body: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_attempt_at: i64,
    /// `pending`, `delivered` or `failed`.
    pub status: String,
    /// The receiver's last status.
    pub last_status: Option<i64>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: i64,
    /// When it arrived.
    pub delivered_at: Option<i64>,
}

/// The outcome of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryOutcome {
    /// The receiver's status.
    pub status: Option<u16>,
    /// Why it failed; nothing means that it arrived.
    pub error: Option<String>,
    /// When it is tried again; nothing means never.
    pub again_at: Option<Timestamp>,
}

/// Which deliveries to list.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Only those of this webhook.
    pub webhook: Option<WebhookId>,
    /// Only those of this status; empty: all.
    pub status: String,
    /// Below this id; without one from the newest on.
    pub before: Option<DeliveryId>,
    /// At most so many.
    pub limit: i64,
}

/// Whose deliveries are on their way.
#[derive(Debug, Default)]
pub struct Busy {
    /// Receivers that get no further one now.
    pub webhooks: Vec<WebhookId>,
    /// Orgs that get no further one now.
    pub orgs: Vec<OrgId>,
    /// Orgs that have one on its way: others come first.
    pub served_orgs: Vec<OrgId>,
}
