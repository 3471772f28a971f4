//! An entry and its author as clients see them, and events to and from their stored form.

use std::borrow::Cow;
use std::sync::Arc;

use rooms::{
    Attachment, Audience, Body, ClosedBy, Content, ConversationId, Entry, Event, Interruption, TicketId,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{UserView, rfc3339, role_name};

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Attachment)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Attachment"))]
pub struct AttachmentView {
    /// Its id.
    pub id: String,
    /// The name of the file.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Its size.
    #[cfg_attr(test, ts(type = "number"))]
    pub bytes: u64,
    /// Width in pixels, of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    #[cfg_attr(test, ts(optional))]
    pub width: Option<u32>,
    /// Height in pixels, of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    #[cfg_attr(test, ts(optional))]
    pub height: Option<u32>,
}

impl From<&Attachment> for AttachmentView {
    fn from(attachment: &Attachment) -> Self {
        Self {
            id: attachment.id.to_string(),
            name: attachment.name.to_string(),
            content_type: attachment.content_type.to_string(),
            bytes: attachment.bytes,
            width: attachment.pixels.map(|(width, _)| width),
            height: attachment.pixels.map(|(_, height)| height),
        }
    }
}

impl AttachmentView {
    /// The file as rooms know it; `None` where the id is none.
    #[must_use]
    pub fn to_attachment(&self) -> Option<Attachment> {
        Some(Attachment {
            id: self.id.parse().ok()?,
            name: self.name.as_str().into(),
            content_type: self.content_type.as_str().into(),
            bytes: self.bytes,
            pixels: self.width.zip(self.height),
        })
    }
}

/// One item of a conversation's log as one audience sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Entry)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Entry"))]
pub struct EntryView<'a> {
    /// Its id.
    pub id: String,
    /// Its conversation.
    pub session_id: String,
    /// Its place.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: u64,
    /// The place of the entry before it that this audience may see; the first has 0.
    #[cfg_attr(test, ts(type = "number"))]
    pub prev: u64,
    /// `message`, `note` or `event`.
    #[cfg_attr(test, ts(type = "'message' | 'note' | 'event'"))]
    pub kind: &'static str,
    /// The name of the event.
    #[cfg_attr(
        test,
        ts(
            type = "'handoff' | 'takeover' | 'release' | 'assigned' | 'closed' | 'call_started' | 'call_ended' | 'rated' | null"
        )
    )]
    pub event: Option<&'static str>,
    /// Whose words.
    #[cfg_attr(test, ts(type = "'visitor' | 'agent' | 'assistant' | 'system'"))]
    pub role: &'static str,
    /// Who wrote or did it.
    pub author: UserView,
    /// The words, exactly as sent.
    pub content: &'a str,
    /// Always `text` so far.
    pub content_type: &'static str,
    /// Files.
    pub attachments: Vec<AttachmentView>,
    /// The sender's own id of it.
    pub client_message_id: Option<&'a str>,
    /// The entry it answers.
    pub reply_to: Option<String>,
    /// When it was committed.
    pub created_at: String,
    /// The sender's metadata, or the facts of an event.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    #[schema(value_type = Object)]
    pub metadata: Box<RawValue>,
}

impl<'a> EntryView<'a> {
    /// The entry as `audience` sees it; `None` where it may not.
    #[must_use]
    pub fn for_audience(entry: &'a Entry, conversation: ConversationId, audience: Audience) -> Option<Self> {
        let prev = match audience {
            Audience::Visitors => entry.visitor_prev?,
            Audience::Agents => entry.seq - 1,
        };
        let (kind, event, metadata) = match &entry.body {
            Body::Message(content) => ("message", None, raw(&message_metadata(content))),
            Body::Note(content) => ("note", None, raw(content.metadata.as_deref().unwrap_or("{}"))),
            Body::Event(event) => {
                let (name, metadata) = event_metadata(event, entry.takeover);
                ("event", Some(name), raw(&metadata))
            }
        };
        let content = entry.body.content();
        Some(Self {
            id: entry.id.to_string(),
            session_id: conversation.to_string(),
            seq: entry.seq,
            prev,
            kind,
            event,
            role: role_name(entry.author.kind.role()),
            author: UserView::from(&entry.author),
            content: content.map_or("", |content| &content.text),
            content_type: "text",
            attachments: content.map_or_else(Vec::new, |content| {
                content.attachments.iter().map(AttachmentView::from).collect()
            }),
            client_message_id: content.and_then(|content| content.client_message_id.as_deref()),
            reply_to: content.and_then(|content| content.reply_to).map(|id| id.to_string()),
            created_at: rfc3339(entry.created_at),
            metadata,
        })
    }
}

/// The metadata of a message; what cut a reply short is said in it.
fn message_metadata(content: &Content) -> Cow<'_, str> {
    let own = content.metadata.as_deref().unwrap_or("{}");
    let Some(by) = content.interrupted else { return Cow::Borrowed(own) };
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(own).unwrap_or_default();
    object.insert("interrupted".to_owned(), interruption_name(by).into());
    Cow::Owned(serde_json::Value::Object(object).to_string())
}

const INTERRUPTIONS: [(Interruption, &str); 5] = [
    (Interruption::Takeover, "takeover"),
    (Interruption::Release, "release"),
    (Interruption::Closed, "closed"),
    (Interruption::Error, "error"),
    (Interruption::Superseded, "superseded"),
];

/// The name of what cut a reply short.
#[must_use]
pub fn interruption_name(by: Interruption) -> &'static str {
    INTERRUPTIONS.iter().find(|(one, _)| *one == by).map_or("error", |(_, name)| name)
}

/// What cut a reply short, by its name.
#[must_use]
pub fn parse_interruption(name: &str) -> Option<Interruption> {
    INTERRUPTIONS.iter().find(|(_, one)| *one == name).map(|(by, _)| *by)
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// The facts of an event, as stored and as sent.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Facts {
    Handoff {
        reason: Arc<str>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<Arc<str>>,
        ticket_id: String,
    },
    Release {
        agent: Option<UserView>,
        takeover: u64,
        to: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Arc<str>>,
    },
    Takeover {
        agent: UserView,
        takeover: u64,
    },
    Assigned {
        agent: Option<UserView>,
    },
    Closed {
        by: String,
    },
    CallEnded {
        call_id: String,
        seconds: u64,
        reason: Arc<str>,
    },
    CallStarted {
        call_id: String,
    },
}

/// The name of an event and its facts as JSON.
#[must_use]
pub fn event_metadata(event: &Event, takeover: u64) -> (&'static str, String) {
    let (name, facts) = match event {
        Event::Handoff { reason, words, ticket } => (
            "handoff",
            Facts::Handoff { reason: reason.clone(), words: words.clone(), ticket_id: ticket.to_string() },
        ),
        Event::Takeover { agent } => ("takeover", Facts::Takeover { agent: agent.into(), takeover }),
        Event::Release { agent, to_assistant, reason } => {
            let to = if *to_assistant { "assistant" } else { "waiting" }.to_owned();
            (
                "release",
                Facts::Release {
                    agent: agent.as_ref().map(UserView::from),
                    takeover,
                    to,
                    reason: reason.clone(),
                },
            )
        }
        Event::Assigned { agent } => {
            ("assigned", Facts::Assigned { agent: agent.as_ref().map(UserView::from) })
        }
        Event::CallStarted { call } => ("call_started", Facts::CallStarted { call_id: call.to_string() }),
        Event::CallEnded { call, seconds, reason } => (
            "call_ended",
            Facts::CallEnded { call_id: call.to_string(), seconds: *seconds, reason: reason.clone() },
        ),
        Event::Closed { by } => ("closed", Facts::Closed { by: closed_by_name(*by).to_owned() }),
    };
    (name, serde_json::to_string(&facts).expect("facts are plain data"))
}

/// An event from its stored name and facts; `None` where they are not ours.
#[must_use]
pub fn parse_event(name: &str, metadata: &str) -> Option<Event> {
    #[derive(Deserialize)]
    struct Stored {
        reason: Option<Arc<str>>,
        #[serde(default)]
        words: Vec<Arc<str>>,
        ticket_id: Option<String>,
        agent: Option<UserView>,
        to: Option<String>,
        by: Option<String>,
        call_id: Option<String>,
        seconds: Option<u64>,
    }
    let stored: Stored = serde_json::from_str(metadata).ok()?;
    let agent = stored.agent.as_ref().and_then(UserView::to_user);
    Some(match name {
        "handoff" => Event::Handoff {
            reason: stored.reason?,
            words: stored.words,
            ticket: stored.ticket_id?.parse::<TicketId>().ok()?,
        },
        "takeover" => Event::Takeover { agent: agent? },
        "release" => Event::Release {
            agent,
            to_assistant: stored.to.as_deref() == Some("assistant"),
            reason: stored.reason,
        },
        "assigned" => Event::Assigned { agent },
        "call_started" => Event::CallStarted { call: stored.call_id?.parse().ok()? },
        "call_ended" => Event::CallEnded {
            call: stored.call_id?.parse().ok()?,
            seconds: stored.seconds?,
            reason: stored.reason?,
        },
        "closed" => Event::Closed { by: parse_closed_by(stored.by.as_deref()?)? },
        _ => return None,
    })
}

fn closed_by_name(by: ClosedBy) -> &'static str {
    match by {
        ClosedBy::Visitor => "visitor",
        ClosedBy::Agent => "agent",
        ClosedBy::Idle => "idle",
        ClosedBy::System => "system",
    }
}

fn parse_closed_by(name: &str) -> Option<ClosedBy> {
    [ClosedBy::Visitor, ClosedBy::Agent, ClosedBy::Idle, ClosedBy::System]
        .into_iter()
        .find(|by| closed_by_name(*by) == name)
}

#[cfg(test)]
mod tests {
    use rooms::{CallId, User, UserId, UserKind};

    use super::*;

    #[test]
    fn an_event_is_read_back_as_it_was_stored() {
        let agent = User { id: UserId(7), kind: UserKind::Agent, name: Arc::from("Alice \"A\" 🙂") };
        for event in [
            Event::Handoff {
                reason: Arc::from("words"),
                words: vec![Arc::from("humano")],
                ticket: TicketId(9),
            },
            Event::Handoff { reason: Arc::from("button"), words: Vec::new(), ticket: TicketId(9) },
            Event::Takeover { agent: agent.clone() },
            Event::Release { agent: Some(agent.clone()), to_assistant: true, reason: None },
            Event::Release { agent: None, to_assistant: false, reason: Some(Arc::from("left")) },
            Event::Assigned { agent: Some(agent) },
            Event::Assigned { agent: None },
            Event::CallStarted { call: CallId(5) },
            Event::CallEnded { call: CallId(5), seconds: 61, reason: Arc::from("visitor") },
            Event::Closed { by: ClosedBy::Idle },
        ] {
            let (name, metadata) = event_metadata(&event, 3);

            assert_eq!(parse_event(name, &metadata), Some(event), "{metadata}");
        }
    }
}
