//! What webhooks are sent: an event with its own id around the same views that agents' sockets get.

use rooms::{Audience, Body, Entry, Event, OrgId, Timestamp};
use serde_json::{Value, json};

use crate::ids;
use crate::model::{ConversationRecord, EventKind, Happening, WebhookEvent};
use crate::wire::{EntryView, conversation_view, rfc3339};

/// What webhooks are sent of something that happens, if anything; `record` is the conversation right after it.
pub(super) fn event_of(
    record: &ConversationRecord,
    happening: Happening<'_>,
    now: Timestamp,
) -> Option<WebhookEvent> {
    match happening {
        Happening::Opened => {
            let data = json!({ "session": conversation_view(record) });
            Some(event(EventKind::ConversationOpened, record.org, &data, now))
        }
        Happening::Committed(entry) => {
            let kind = kind_of(entry)?;
            let view = EntryView::for_audience(entry, record.id, Audience::Agents)?;
            let data = json!({ "session": conversation_view(record), "entry": view });
            Some(event(kind, record.org, &data, now))
        }
    }
}

/// An event of an org with its own id, which stays the same however often it is sent.
pub(super) fn event(kind: EventKind, org: OrgId, data: &Value, now: Timestamp) -> WebhookEvent {
    let kind = kind.as_str();
    let body = json!({
        "event": kind,
        "id": ids::new_id(),
        "created_at": rfc3339(now),
        "org_id": org.to_string(),
        "data": data,
    });
    WebhookEvent { kind, body: body.to_string() }
}

fn kind_of(entry: &Entry) -> Option<EventKind> {
    match &entry.body {
        Body::Message(_) => Some(EventKind::MessageCreated),
        Body::Event(Event::Handoff { .. }) => Some(EventKind::HandoffRequested),
        Body::Event(Event::Closed { .. }) => Some(EventKind::ConversationClosed),
        Body::Event(Event::Rated { .. }) => Some(EventKind::RatingCreated),
        Body::Event(_) | Body::Note(_) => None,
    }
}
