//! What happens in conversations, as webhooks are told of it: the same views that agents' sockets get.

use rooms::{Audience, Body, Entry, Event, OrgId, Timestamp};
use serde_json::{Value, json};

use crate::db::conversation_view;
use crate::ids;
use crate::model::{ConversationRecord, EventKind, HappenedEvent};
use crate::wire::{EntryView, rfc3339};

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
