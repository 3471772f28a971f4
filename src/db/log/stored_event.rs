//! Events as they are stored: a name, and their facts as JSON.

use std::sync::Arc;

use rooms::{Event, Score, Thumb, TicketId, Timestamp};
use serde::{Deserialize, Serialize};

use super::names::{parse_at_deadline, parse_closed_by, stored_at_deadline, stored_closed_by};
use super::stored_supervision::{StoredMode, StoredPending};
use super::stored_user::StoredUser;

#[derive(Serialize)]
#[serde(untagged)]
enum Facts<'a> {
    Handoff {
        reason: &'a str,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        words: &'a [Arc<str>],
        ticket_id: String,
    },
    Release {
        agent: Option<StoredUser>,
        takeover: u64,
        to: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
    },
    Takeover {
        agent: StoredUser,
        takeover: u64,
    },
    Assigned {
        agent: Option<StoredUser>,
    },
    Closed {
        by: &'static str,
    },
    CallEnded {
        call_id: String,
        seconds: u64,
        reason: &'a str,
    },
    CallStarted {
        call_id: String,
    },
    MessageRated {
        message_id: String,
        value: Option<i64>,
    },
    Pending(StoredPending),
    Held {
        message_id: String,
        agent: StoredUser,
        due_at: i64,
        at_deadline: &'static str,
    },
    Stopped {
        message_id: String,
        answers: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
    },
    Mode {
        mode: Option<StoredMode>,
    },
    Snoozed {
        until: Option<i64>,
    },
    Rated {
        score: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        comment: Option<&'a str>,
    },
}

/// The facts of any event, as far as they are there.
#[derive(Deserialize)]
struct ReadFacts {
    reason: Option<Arc<str>>,
    #[serde(default)]
    words: Vec<Arc<str>>,
    ticket_id: Option<String>,
    agent: Option<StoredUser>,
    to: Option<String>,
    by: Option<String>,
    call_id: Option<String>,
    seconds: Option<u64>,
    message_id: Option<String>,
    value: Option<i64>,
    score: Option<i64>,
    comment: Option<Arc<str>>,
    answers: Option<u64>,
    due_at: Option<i64>,
    at_deadline: Option<String>,
    mode: Option<StoredMode>,
    until: Option<i64>,
}

/// The stored name of an event and its facts.
pub(super) fn stored_event(event: &Event, takeover: u64) -> (&'static str, String) {
    let (name, facts) = match event {
        Event::Handoff { reason, words, ticket } => {
            ("handoff", Facts::Handoff { reason, words, ticket_id: ticket.to_string() })
        }
        Event::Takeover { agent } => ("takeover", Facts::Takeover { agent: agent.into(), takeover }),
        Event::Release { agent, to_assistant, reason } => {
            let to = if *to_assistant { "assistant" } else { "waiting" };
            let agent = agent.as_ref().map(StoredUser::from);
            ("release", Facts::Release { agent, takeover, to, reason: reason.as_deref() })
        }
        Event::Assigned { agent } => {
            ("assigned", Facts::Assigned { agent: agent.as_ref().map(StoredUser::from) })
        }
        Event::CallStarted { call } => ("call_started", Facts::CallStarted { call_id: call.to_string() }),
        Event::CallEnded { call, seconds, reason } => {
            ("call_ended", Facts::CallEnded { call_id: call.to_string(), seconds: *seconds, reason })
        }
        Event::Closed { by } => ("closed", Facts::Closed { by: stored_closed_by(*by) }),
        Event::MessageRated { message, thumb } => {
            let value = thumb.map(Thumb::number);
            ("message_rated", Facts::MessageRated { message_id: message.to_string(), value })
        }
        Event::ReplyPending(pending) => ("reply_pending", Facts::Pending(StoredPending::from(&**pending))),
        Event::ReplyHeld { reply, agent, due_at, at_deadline } => (
            "reply_held",
            Facts::Held {
                message_id: reply.to_string(),
                agent: agent.into(),
                due_at: due_at.0,
                at_deadline: stored_at_deadline(*at_deadline),
            },
        ),
        Event::ReplyStopped { reply, answers, reason } => (
            "reply_stopped",
            Facts::Stopped { message_id: reply.to_string(), answers: *answers, reason: reason.as_deref() },
        ),
        Event::ModeSet { mode } => ("mode", Facts::Mode { mode: mode.map(StoredMode::from) }),
        Event::Snoozed { until } => ("snoozed", Facts::Snoozed { until: until.map(|until| until.0) }),
        Event::Rated { score, comment } => {
            ("rated", Facts::Rated { score: score.number(), comment: comment.as_deref() })
        }
    };
    (name, serde_json::to_string(&facts).expect("facts are plain data"))
}

/// An event from its stored name and facts; `None` where they are not ours.
pub(super) fn parse_event(name: &str, facts: &str) -> Option<Event> {
    if name == "reply_pending" {
        let pending: StoredPending = serde_json::from_str(facts).ok()?;
        return Some(Event::ReplyPending(Arc::new(pending.into_pending()?)));
    }
    let facts: ReadFacts = serde_json::from_str(facts).ok()?;
    let agent = facts.agent.as_ref().and_then(StoredUser::to_user);
    Some(match name {
        "handoff" => Event::Handoff {
            reason: facts.reason?,
            words: facts.words,
            ticket: facts.ticket_id?.parse::<TicketId>().ok()?,
        },
        "takeover" => Event::Takeover { agent: agent? },
        "release" => Event::Release {
            agent,
            to_assistant: facts.to.as_deref() == Some("assistant"),
            reason: facts.reason,
        },
        "assigned" => Event::Assigned { agent },
        "call_started" => Event::CallStarted { call: facts.call_id?.parse().ok()? },
        "call_ended" => Event::CallEnded {
            call: facts.call_id?.parse().ok()?,
            seconds: facts.seconds?,
            reason: facts.reason?,
        },
        "message_rated" => Event::MessageRated {
            message: facts.message_id?.parse().ok()?,
            thumb: match facts.value {
                Some(value) => Some(Thumb::new(value)?),
                None => None,
            },
        },
        "reply_held" => Event::ReplyHeld {
            reply: facts.message_id?.parse().ok()?,
            agent: agent?,
            due_at: Timestamp(facts.due_at?),
            at_deadline: parse_at_deadline(&facts.at_deadline?)?,
        },
        "reply_stopped" => Event::ReplyStopped {
            reply: facts.message_id?.parse().ok()?,
            answers: facts.answers?,
            reason: facts.reason,
        },
        "mode" => Event::ModeSet {
            mode: match facts.mode {
                Some(mode) => Some(mode.into_mode()?),
                None => None,
            },
        },
        "snoozed" => Event::Snoozed { until: facts.until.map(Timestamp) },
        "rated" => Event::Rated { score: Score::new(facts.score?)?, comment: facts.comment },
        "closed" => Event::Closed { by: parse_closed_by(facts.by.as_deref()?)? },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use rooms::{
        AtDeadline, CallId, ClosedBy, EntryId, OwnMode, PendingReply, ReplyMode, User, UserId, UserKind,
    };

    use super::*;

    const ALICE: &str =
        r#"{"id":"00000000-0000-0000-0000-000000000007","kind":"agent","name":"Alice \"A\" 🙂"}"#;
    const NINE: &str = "00000000-0000-0000-0000-000000000009";
    const FIVE: &str = "00000000-0000-0000-0000-000000000005";

    fn alice() -> User {
        User { id: UserId(7), kind: UserKind::Agent, name: Arc::from("Alice \"A\" 🙂") }
    }

    #[test]
    fn an_event_is_stored_under_these_names_and_read_back_from_them() {
        let alice = alice();
        let (ticket, call, five) = (TicketId(9), CallId(5), Score::new(5).unwrap());
        for (event, name, facts) in [
            (
                Event::Handoff { reason: "words".into(), words: vec!["humano".into()], ticket },
                "handoff",
                format!(r#"{{"reason":"words","words":["humano"],"ticket_id":"{NINE}"}}"#),
            ),
            (
                Event::Handoff { reason: "button".into(), words: Vec::new(), ticket },
                "handoff",
                format!(r#"{{"reason":"button","ticket_id":"{NINE}"}}"#),
            ),
            (
                Event::Takeover { agent: alice.clone() },
                "takeover",
                format!(r#"{{"agent":{ALICE},"takeover":3}}"#),
            ),
            (
                Event::Release { agent: Some(alice.clone()), to_assistant: true, reason: None },
                "release",
                format!(r#"{{"agent":{ALICE},"takeover":3,"to":"assistant"}}"#),
            ),
            (
                Event::Release { agent: None, to_assistant: false, reason: Some("left".into()) },
                "release",
                r#"{"agent":null,"takeover":3,"to":"waiting","reason":"left"}"#.to_owned(),
            ),
            (Event::Assigned { agent: Some(alice) }, "assigned", format!(r#"{{"agent":{ALICE}}}"#)),
            (Event::Assigned { agent: None }, "assigned", r#"{"agent":null}"#.to_owned()),
            (Event::CallStarted { call }, "call_started", format!(r#"{{"call_id":"{FIVE}"}}"#)),
            (
                Event::CallEnded { call, seconds: 61, reason: "visitor".into() },
                "call_ended",
                format!(r#"{{"call_id":"{FIVE}","seconds":61,"reason":"visitor"}}"#),
            ),
            (Event::Closed { by: ClosedBy::Idle }, "closed", r#"{"by":"idle"}"#.to_owned()),
            (
                Event::MessageRated { message: EntryId(9), thumb: Some(Thumb::Down) },
                "message_rated",
                format!(r#"{{"message_id":"{NINE}","value":-1}}"#),
            ),
            (
                Event::MessageRated { message: EntryId(9), thumb: None },
                "message_rated",
                format!(r#"{{"message_id":"{NINE}","value":null}}"#),
            ),
            (
                Event::Rated { score: five, comment: Some("¡bien!".into()) },
                "rated",
                r#"{"score":5,"comment":"¡bien!"}"#.to_owned(),
            ),
            (Event::Rated { score: five, comment: None }, "rated", r#"{"score":5}"#.to_owned()),
        ] {
            assert_eq!(stored_event(&event, 3), (name, facts.clone()));
            assert_eq!(parse_event(name, &facts), Some(event), "{facts}");
        }
    }

    #[test]
    fn supervised_replies_are_stored_under_these_names() {
        for (event, name, facts) in [
            (
                Event::ReplyPending(Arc::new(PendingReply {
                    id: EntryId(9),
                    author: User {
                        id: UserId(7), kind: UserKind::Agent, name: Arc::from("Alice \"A\" 🙂")
                    },
                    text: "At nine.".into(),
                    metadata: Some(r#"{"model":"m"}"#.into()),
                    answers: 4,
                    handoff: None,
                    due_at: Timestamp(77),
                    at_deadline: AtDeadline::HandOff,
                    held_by: None,
                })),
                "reply_pending",
                format!(
                    r#"{{"message_id":"{NINE}","author":{ALICE},"content":"At nine.","metadata":"{{\"model\":\"m\"}}","answers":4,"due_at":77,"at_deadline":"handoff"}}"#
                ),
            ),
            (
                Event::ReplyHeld {
                    reply: EntryId(9),
                    agent: alice(),
                    due_at: Timestamp(78),
                    at_deadline: AtDeadline::Drop,
                },
                "reply_held",
                format!(r#"{{"message_id":"{NINE}","agent":{ALICE},"due_at":78,"at_deadline":"drop"}}"#),
            ),
            (
                Event::ReplyStopped { reply: EntryId(9), answers: 4, reason: Some("wrong price".into()) },
                "reply_stopped",
                format!(r#"{{"message_id":"{NINE}","answers":4,"reason":"wrong price"}}"#),
            ),
            (
                Event::ModeSet { mode: Some(OwnMode { mode: ReplyMode::Hold, wait_ms: Some(3_000) }) },
                "mode",
                r#"{"mode":{"mode":"hold","wait_ms":3000}}"#.to_owned(),
            ),
            (Event::ModeSet { mode: None }, "mode", r#"{"mode":null}"#.to_owned()),
            (Event::Snoozed { until: Some(Timestamp(9)) }, "snoozed", r#"{"until":9}"#.to_owned()),
            (Event::Snoozed { until: None }, "snoozed", r#"{"until":null}"#.to_owned()),
        ] {
            assert_eq!(stored_event(&event, 3), (name, facts.clone()));
            assert_eq!(parse_event(name, &facts), Some(event), "{facts}");
        }
    }

    #[test]
    fn what_is_not_one_of_ours_is_nothing() {
        assert_eq!(parse_event("danced", "{}"), None);
        assert_eq!(parse_event("closed", r#"{"by":"moon"}"#), None);
        assert_eq!(parse_event("rated", r#"{"score":6}"#), None);
        assert_eq!(parse_event("takeover", "no JSON"), None);
    }
}
