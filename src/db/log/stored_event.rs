//! Events as they are stored: a name, and their facts as JSON.

use std::sync::Arc;

use rooms::{Event, TicketId, User};
use serde::{Deserialize, Serialize};

use super::names::{parse_closed_by, parse_user_kind, stored_closed_by, stored_user_kind};

#[derive(Serialize, Deserialize)]
struct StoredUser {
    id: String,
    kind: String,
    name: Arc<str>,
}

impl From<&User> for StoredUser {
    fn from(user: &User) -> Self {
        let kind = stored_user_kind(user.kind).to_owned();
        Self { id: user.id.to_string(), kind, name: user.name.clone() }
    }
}

impl StoredUser {
    fn to_user(&self) -> Option<User> {
        Some(User { id: self.id.parse().ok()?, kind: parse_user_kind(&self.kind)?, name: self.name.clone() })
    }
}

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
    };
    (name, serde_json::to_string(&facts).expect("facts are plain data"))
}

/// An event from its stored name and facts; `None` where they are not ours.
pub(super) fn parse_event(name: &str, facts: &str) -> Option<Event> {
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
        "closed" => Event::Closed { by: parse_closed_by(facts.by.as_deref()?)? },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use rooms::{CallId, ClosedBy, UserId, UserKind};

    use super::*;

    const ALICE: &str =
        r#"{"id":"00000000-0000-0000-0000-000000000007","kind":"agent","name":"Alice \"A\" 🙂"}"#;
    const NINE: &str = "00000000-0000-0000-0000-000000000009";
    const FIVE: &str = "00000000-0000-0000-0000-000000000005";

    #[test]
    fn an_event_is_stored_under_these_names_and_read_back_from_them() {
        let alice = User { id: UserId(7), kind: UserKind::Agent, name: Arc::from("Alice \"A\" 🙂") };
        let (ticket, call) = (TicketId(9), CallId(5));
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
        ] {
            assert_eq!(stored_event(&event, 3), (name, facts.clone()));
            assert_eq!(parse_event(name, &facts), Some(event), "{facts}");
        }
    }

    #[test]
    fn what_is_not_one_of_ours_is_nothing() {
        assert_eq!(parse_event("danced", "{}"), None);
        assert_eq!(parse_event("closed", r#"{"by":"moon"}"#), None);
        assert_eq!(parse_event("takeover", "no JSON"), None);
    }
}
