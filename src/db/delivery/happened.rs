//! What happens in conversations, as webhooks are told of it: the same views that agents' sockets get.

use rooms::{Audience, Body, Entry, Event, OrgId, Timestamp};
use serde_json::{Value, json};

use super::deliveries::HappenedEvent;
use crate::db::{ConversationRecord, conversation_view};
use crate::ids;
use crate::wire::{EntryView, rfc3339};

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
    /// A visitor rated; nothing emits it before ratings exist.
    RatingCreated = "rating.created";
    /// Somebody tries the webhook.
    WebhookTest = "webhook.test";
}

impl HappenedEvent {
    /// An event of an org with its own id, which stays the same however often it is sent.
    #[must_use]
    pub fn new(kind: EventKind, org: OrgId, data: &Value, now: Timestamp) -> Self {
        let kind = kind.as_str();
        let body = json!({
            "event": kind,
            "id": ids::new_id(),
            "created_at": rfc3339(now),
            "org_id": org.to_string(),
            "data": data,
        });
        Self { kind, body: body.to_string() }
    }
}

/// What an entry means to webhooks, if anything; `record` is the conversation right after it.
pub(crate) fn of_entry(record: &ConversationRecord, entry: &Entry, now: Timestamp) -> Option<HappenedEvent> {
    let kind = match &entry.body {
        Body::Message(_) => EventKind::MessageCreated,
        Body::Event(Event::Handoff { .. }) => EventKind::HandoffRequested,
        Body::Event(Event::Closed { .. }) => EventKind::ConversationClosed,
        Body::Event(_) | Body::Note(_) => return None,
    };
    let entry = EntryView::for_audience(entry, record.id, Audience::Agents)?;
    let data = json!({ "session": conversation_view(record), "entry": entry });
    Some(HappenedEvent::new(kind, record.org, &data, now))
}

/// What webhooks hear of a conversation that begins.
pub(crate) fn of_opening(record: &ConversationRecord, now: Timestamp) -> HappenedEvent {
    let data = json!({ "session": conversation_view(record) });
    HappenedEvent::new(EventKind::ConversationOpened, record.org, &data, now)
}
