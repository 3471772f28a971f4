//! An entry and its author as clients see them.

use std::borrow::Cow;
use std::sync::Arc;

use rooms::{
    Attachment, Audience, Body, ClosedBy, Content, ConversationId, Entry, Event, Interruption, Thumb,
    UserKind,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::supervision::{ApprovalView, reply_mode_name};
use super::{UserView, rfc3339, role_name};

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    #[cfg_attr(test, ts(optional))]
    pub width: Option<u32>,
    /// Height in pixels, of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
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
            type = "'handoff' | 'takeover' | 'release' | 'assigned' | 'closed' | 'call_started' | 'call_ended' | 'message_rated' | 'rated' | 'reply_pending' | 'reply_held' | 'reply_stopped' | 'mode' | 'snoozed' | null"
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
            Body::Message(content) => ("message", None, raw(&message_metadata(content, audience))),
            Body::Note(content) => ("note", None, raw(content.metadata.as_deref().unwrap_or("{}"))),
            Body::Event(event) => {
                let (name, metadata) = event_metadata(event, entry.author.kind, entry.takeover);
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

/// The metadata of a message. What cut a reply short is said in it, and to agents who let it go out.
fn message_metadata(content: &Content, audience: Audience) -> Cow<'_, str> {
    let own = content.metadata.as_deref().unwrap_or("{}");
    let approval = content.approval.as_deref().filter(|_| audience == Audience::Agents);
    if content.interrupted.is_none() && approval.is_none() {
        return Cow::Borrowed(own);
    }
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(own).unwrap_or_default();
    if let Some(by) = content.interrupted {
        object.insert("interrupted".to_owned(), interruption_name(by).into());
    }
    if let Some(approval) = approval {
        let approval = serde_json::to_value(ApprovalView::from(approval)).expect("plain data");
        object.insert("approval".to_owned(), approval);
    }
    Cow::Owned(serde_json::Value::Object(object).to_string())
}

const INTERRUPTIONS: [(Interruption, &str); 6] = [
    (Interruption::Takeover, "takeover"),
    (Interruption::Release, "release"),
    (Interruption::Closed, "closed"),
    (Interruption::Error, "error"),
    (Interruption::Superseded, "superseded"),
    (Interruption::Stopped, "stopped"),
];

/// The name of what cut a reply short.
#[must_use]
pub fn interruption_name(by: Interruption) -> &'static str {
    INTERRUPTIONS.iter().find(|(one, _)| *one == by).map_or("error", |(_, name)| name)
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// The facts of an event.
#[derive(Serialize)]
#[serde(untagged)]
enum Facts {
    Handoff {
        reason: Arc<str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        words: Vec<Arc<str>>,
        ticket_id: String,
    },
    Release {
        agent: Option<UserView>,
        takeover: u64,
        to: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Arc<str>>,
    },
    Takeover {
        agent: UserView,
        takeover: u64,
    },
    Assigned {
        agent: Option<UserView>,
        /// Whether nobody decided it, but the org's turn.
        #[serde(skip_serializing_if = "Option::is_none")]
        automatic: Option<bool>,
    },
    Closed {
        by: &'static str,
    },
    CallEnded {
        call_id: String,
        seconds: u64,
        reason: Arc<str>,
    },
    CallStarted {
        call_id: String,
    },
    Pending {
        message_id: String,
        content: Arc<str>,
        sends_at: Option<String>,
        held_by: Option<UserView>,
    },
    Held {
        message_id: String,
        agent: UserView,
    },
    Stopped {
        message_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Arc<str>>,
    },
    Snoozed {
        until: Option<String>,
    },
    Mode {
        mode: Option<&'static str>,
        seconds: Option<i64>,
    },
    MessageRated {
        message_id: String,
        value: Option<i64>,
    },
    Rated {
        score: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        comment: Option<Arc<str>>,
    },
}

/// The name of an event and its facts as JSON.
fn event_metadata(event: &Event, by: UserKind, takeover: u64) -> (&'static str, String) {
    let (name, facts) = match event {
        Event::Handoff { reason, words, ticket } => (
            "handoff",
            Facts::Handoff { reason: reason.clone(), words: words.clone(), ticket_id: ticket.to_string() },
        ),
        Event::Takeover { agent } => ("takeover", Facts::Takeover { agent: agent.into(), takeover }),
        Event::Release { agent, to_assistant, reason } => {
            let to = if *to_assistant { "assistant" } else { "waiting" };
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
            let automatic = (by == UserKind::System).then_some(true);
            ("assigned", Facts::Assigned { agent: agent.as_ref().map(UserView::from), automatic })
        }
        Event::CallStarted { call } => ("call_started", Facts::CallStarted { call_id: call.to_string() }),
        Event::CallEnded { call, seconds, reason } => (
            "call_ended",
            Facts::CallEnded { call_id: call.to_string(), seconds: *seconds, reason: reason.clone() },
        ),
        Event::Closed { by } => ("closed", Facts::Closed { by: closed_by_name(*by) }),
        Event::MessageRated { message, thumb } => {
            let value = thumb.map(Thumb::number);
            ("message_rated", Facts::MessageRated { message_id: message.to_string(), value })
        }
        Event::ReplyPending(pending) => (
            "reply_pending",
            Facts::Pending {
                message_id: pending.id.to_string(),
                content: pending.text.clone(),
                sends_at: pending.sends_at().map(rfc3339),
                held_by: pending.held_by.as_ref().map(UserView::from),
            },
        ),
        Event::ReplyHeld { reply, agent, .. } => {
            ("reply_held", Facts::Held { message_id: reply.to_string(), agent: agent.into() })
        }
        Event::ReplyStopped { reply, reason, .. } => {
            ("reply_stopped", Facts::Stopped { message_id: reply.to_string(), reason: reason.clone() })
        }
        Event::Snoozed { until } => ("snoozed", Facts::Snoozed { until: until.map(rfc3339) }),
        Event::ModeSet { mode } => {
            let own = mode.as_ref();
            let seconds = own.and_then(|own| own.wait_ms).map(|wait_ms| wait_ms / 1_000);
            ("mode", Facts::Mode { mode: own.map(|own| reply_mode_name(own.mode)), seconds })
        }
        Event::Rated { score, comment } => {
            ("rated", Facts::Rated { score: score.number(), comment: comment.clone() })
        }
    };
    (name, serde_json::to_string(&facts).expect("facts are plain data"))
}

fn closed_by_name(by: ClosedBy) -> &'static str {
    match by {
        ClosedBy::Visitor => "visitor",
        ClosedBy::Agent => "agent",
        ClosedBy::Idle => "idle",
        ClosedBy::System => "system",
    }
}

#[cfg(test)]
mod tests {
    use rooms::{TicketId, User, UserId};

    use super::*;

    #[test]
    fn clients_see_the_facts_of_an_event_under_these_names() {
        let agent = User { id: UserId(7), kind: UserKind::Agent, name: Arc::from("Alice") };
        let handoff = Event::Handoff { reason: "button".into(), words: Vec::new(), ticket: TicketId(9) };
        let release = Event::Release { agent: Some(agent), to_assistant: false, reason: None };

        assert_eq!(
            event_metadata(&handoff, UserKind::Visitor, 3),
            (
                "handoff",
                r#"{"reason":"button","ticket_id":"00000000-0000-0000-0000-000000000009"}"#.to_owned()
            )
        );
        assert_eq!(
            event_metadata(&release, UserKind::Agent, 3),
            (
                "release",
                r#"{"agent":{"id":"00000000-0000-0000-0000-000000000007","kind":"agent","name":"Alice"},"takeover":3,"to":"waiting"}"#
                    .to_owned()
            )
        );
    }
}
