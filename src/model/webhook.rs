//! Webhooks, and the kinds of events they can hear of.

use rooms::OrgId;

use super::ids::WebhookId;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRecord {
    /// Its id.
    pub id: WebhookId,
    /// Its org.
    pub org_id: OrgId,
    /// Where it is.
    pub url: String,
    /// The kinds it wants, separated by commas; nothing means all.
    pub kinds: String,
    /// Whether it is sent anything.
    pub active: bool,
    /// What its secret looks like.
    pub secret_hint: String,
    /// When it was made.
    pub created_at: i64,
}

impl WebhookRecord {
    /// Whether it wants to hear of a kind.
    #[must_use]
    pub fn wants(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.split(',').any(|one| one == kind)
    }
}

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A kind of event that webhooks can hear of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EventKind {
            $($(#[$doc])* $name,)*
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in bodies, headers and REST.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

event_kinds! {
    /// A conversation began.
    ConversationOpened = "conversation.opened";
    /// A conversation was closed.
    ConversationClosed = "conversation.closed";
    /// Somebody wrote a message; notes are none.
    MessageCreated = "message.created";
    /// A person was asked for.
    HandoffRequested = "handoff.requested";
    /// An agent took a conversation over.
    ConversationTakenOver = "conversation.taken_over";
    /// A conversation was handed back.
    ConversationReleased = "conversation.released";
    /// A conversation was assigned, or its assignment taken away.
    ConversationAssigned = "conversation.assigned";
    /// A call began.
    CallStarted = "call.started";
    /// A call ended.
    CallEnded = "call.ended";
    /// A ticket was opened.
    TicketOpened = "ticket.opened";
    /// A ticket was resolved.
    TicketResolved = "ticket.resolved";
    /// An enquiry came in.
    SubmissionCreated = "submission.created";
    /// Something was learnt of a visitor: a name, an address, a number, an attribute.
    ContactUpdated = "contact.updated";
    /// A limit of usage is nearly or wholly used up.
    UsageWarning = "usage.warning";
    /// A visitor rated a closed conversation.
    RatingCreated = "rating.created";
    /// An address has become suspicious.
    AddressSuspicious = "security.address_suspicious";
    /// Somebody tries the webhook.
    WebhookTest = "webhook.test";
}
