//! What webhooks are sent: an event with its own id around the same views that agents' sockets get.

use rooms::{Audience, Body, Entry, Event, OrgId, Timestamp};
use serde_json::{Value, json};

use crate::ids;
use crate::model::{
    ConversationRecord, EventKind, Happening, SubmissionRecord, TicketRecord, VisitorRecord, WebhookEvent,
};
use crate::wire::{EntryView, conversation_view, rfc3339};

/// What the webhooks of an org are sent of something that happens, if anything.
pub(super) fn events_of(org: OrgId, happening: Happening<'_>, now: Timestamp) -> Vec<WebhookEvent> {
    let one = |kind, data: Value| vec![event(kind, org, &data, now)];
    match happening {
        Happening::Opened(record) => {
            one(EventKind::ConversationOpened, json!({ "session": conversation_view(record) }))
        }
        Happening::Committed(record, entry) => of_entry(org, record, entry, now),
        Happening::TicketOpened(ticket) => {
            one(EventKind::TicketOpened, json!({ "ticket": ticket_view(ticket) }))
        }
        Happening::TicketResolved(ticket) => {
            one(EventKind::TicketResolved, json!({ "ticket": ticket_view(ticket) }))
        }
        Happening::SubmissionCreated(record) => {
            one(EventKind::SubmissionCreated, json!({ "submission": submission_view(record) }))
        }
        Happening::ContactUpdated(visitor) => {
            one(EventKind::ContactUpdated, json!({ "contact": contact_view(visitor) }))
        }
        Happening::UsageWarning(mark) => {
            let mode = if mark.is_hard { "hard" } else { "soft" };
            let resets_at = rfc3339(mark.resets_at);
            let data =
                json!({ "limit": mark.limit, "percent": mark.percent, "mode": mode, "resets_at": resets_at });
            one(EventKind::UsageWarning, data)
        }
    }
}

fn of_entry(org: OrgId, record: &ConversationRecord, entry: &Entry, now: Timestamp) -> Vec<WebhookEvent> {
    let Some(kind) = kind_of(entry) else { return Vec::new() };
    let Some(view) = EntryView::for_audience(entry, record.id, Audience::Agents) else { return Vec::new() };
    let session = conversation_view(record);
    let data = json!({ "session": session, "entry": view });
    let mut events = vec![event(kind, org, &data, now)];
    if let Body::Event(Event::Handoff { reason, ticket, .. }) = &entry.body {
        // What it is about is known once its brief is written.
        let ticket = json!({
            "id": ticket.to_string(),
            "conversation_id": record.id.to_string(),
            "visitor": { "id": record.visitor.id.to_string(), "name": &*record.visitor.name },
            "reason": &**reason,
            "title": null,
            "summary": null,
            "priority": null,
            "status": "open",
            "created_at": rfc3339(entry.created_at),
            "resolved_at": null,
            "resolved_by": null,
        });
        events.push(event(EventKind::TicketOpened, org, &json!({ "ticket": ticket }), now));
    }
    events
}

fn ticket_view(ticket: &TicketRecord) -> Value {
    let resolved_by =
        ticket.resolved_by.map(|id| json!({ "id": id.to_string(), "name": ticket.resolved_by_name }));
    json!({
        "id": ticket.id.to_string(),
        "conversation_id": ticket.conversation_id.to_string(),
        "visitor": { "id": ticket.visitor_id.to_string(), "name": ticket.visitor_name },
        "reason": ticket.reason,
        "title": ticket.title,
        "summary": ticket.summary,
        "priority": ticket.priority,
        "status": ticket.status,
        "created_at": rfc3339(Timestamp(ticket.created_at)),
        "resolved_at": ticket.resolved_at.map(|at| rfc3339(Timestamp(at))),
        "resolved_by": resolved_by,
    })
}

fn submission_view(record: &SubmissionRecord) -> Value {
    json!({
        "id": record.id.to_string(),
        "channel_id": record.channel_id.map(|id| id.to_string()),
        "conversation_id": record.conversation_id.map(|id| id.to_string()),
        "visitor_id": record.visitor_id.map(|id| id.to_string()),
        "name": record.name,
        "email": record.email,
        "subject": record.subject,
        "body": record.body,
        "created_at": rfc3339(Timestamp(record.created_at)),
    })
}

/// What is known of a visitor. Their id at the site is told only where the site vouched for it, as to tools.
fn contact_view(visitor: &VisitorRecord) -> Value {
    json!({
        "id": visitor.id.to_string(),
        "channel_id": visitor.channel.to_string(),
        "external_id": visitor.external_id.as_ref().filter(|_| visitor.verified),
        "name": &*visitor.name,
        "email": visitor.email,
        "phone": visitor.phone,
        "verified": visitor.verified,
        "profile_verified": visitor.profile_verified,
        "locale": visitor.locale,
        "attributes": *visitor.attributes,
    })
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
        Body::Event(Event::Takeover { .. }) => Some(EventKind::ConversationTakenOver),
        Body::Event(Event::Release { .. }) => Some(EventKind::ConversationReleased),
        Body::Event(Event::Assigned { .. }) => Some(EventKind::ConversationAssigned),
        Body::Event(Event::CallStarted { .. }) => Some(EventKind::CallStarted),
        Body::Event(Event::CallEnded { .. }) => Some(EventKind::CallEnded),
        Body::Event(Event::Rated { .. }) => Some(EventKind::RatingCreated),
        Body::Event(_) | Body::Note(_) => None,
    }
}
