//! Parts of a conversation's state as they are stored in its row.

use std::sync::Arc;

use rooms::{Handoff, Insight, LiveCall, Responder, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct StoredHandoff {
    reason: Arc<str>,
    ticket_id: String,
    at: i64,
}

#[derive(Serialize, Deserialize)]
struct StoredInsight {
    intent: Arc<str>,
    sentiment: Arc<str>,
    language: Arc<str>,
}

/// How a responder is stored: its kind and the agent's id.
pub(super) fn stored_responder(responder: &Responder) -> (&'static str, Option<String>) {
    match responder {
        Responder::Assistant { .. } => ("assistant", None),
        Responder::Waiting { .. } => ("waiting", None),
        Responder::Agent { agent, .. } => ("agent", Some(agent.id.to_string())),
    }
}

/// How an open request for a person is stored.
pub(super) fn stored_handoff(handoff: Option<&Handoff>) -> Option<String> {
    handoff.map(|handoff| {
        let stored = StoredHandoff {
            reason: handoff.reason.clone(),
            ticket_id: handoff.ticket.to_string(),
            at: handoff.at.0,
        };
        serde_json::to_string(&stored).expect("plain data")
    })
}

/// An open request for a person as it was stored.
pub(super) fn parse_handoff(json: &str) -> Option<Handoff> {
    let stored: StoredHandoff = serde_json::from_str(json).ok()?;
    Some(Handoff { reason: stored.reason, ticket: stored.ticket_id.parse().ok()?, at: Timestamp(stored.at) })
}

/// How an insight is stored.
pub(super) fn stored_insight(insight: Option<&Insight>) -> Option<String> {
    insight.map(|insight| {
        let Insight { intent, sentiment, language } = insight.clone();
        serde_json::to_string(&StoredInsight { intent, sentiment, language }).expect("plain data")
    })
}

/// An insight as it was stored.
pub(super) fn parse_insight(json: &str) -> Option<Insight> {
    let StoredInsight { intent, sentiment, language } = serde_json::from_str(json).ok()?;
    Some(Insight { intent, sentiment, language })
}

/// How a call that is going on is stored: its id and since when.
pub(super) fn stored_call(call: Option<LiveCall>) -> Option<String> {
    call.map(|call| format!("{} {}", call.id, call.since.0))
}

/// A call that is going on as it was stored.
pub(super) fn parse_call(text: &str) -> Option<LiveCall> {
    let (id, since) = text.split_once(' ')?;
    Some(LiveCall { id: id.parse().ok()?, since: Timestamp(since.parse().ok()?) })
}

/// How labels are stored.
pub(super) fn stored_labels(labels: &[Arc<str>]) -> String {
    serde_json::to_string(labels).expect("plain data")
}

#[cfg(test)]
mod tests {
    use rooms::{CallId, TicketId, User, UserId, UserKind};

    use super::*;

    #[test]
    fn a_request_for_a_person_is_stored_under_these_names() {
        let handoff = Handoff { reason: "button".into(), ticket: TicketId(9), at: Timestamp(77) };

        let stored = r#"{"reason":"button","ticket_id":"00000000-0000-0000-0000-000000000009","at":77}"#;
        assert_eq!(stored_handoff(Some(&handoff)).as_deref(), Some(stored));
        assert_eq!(parse_handoff(stored), Some(handoff));
        assert_eq!((stored_handoff(None), parse_handoff("{}")), (None, None));
    }

    #[test]
    fn an_insight_is_stored_under_these_names() {
        let insight =
            Insight { intent: "refund".into(), sentiment: "negative".into(), language: "es".into() };

        let stored = r#"{"intent":"refund","sentiment":"negative","language":"es"}"#;
        assert_eq!(stored_insight(Some(&insight)).as_deref(), Some(stored));
        assert_eq!(parse_insight(stored), Some(insight));
        assert_eq!((stored_insight(None), parse_insight("{}")), (None, None));
    }

    #[test]
    fn a_call_that_is_going_on_is_stored_as_its_id_and_its_beginning() {
        let call = LiveCall { id: CallId(5), since: Timestamp(1_234) };

        let stored = "00000000-0000-0000-0000-000000000005 1234";
        assert_eq!(stored_call(Some(call)).as_deref(), Some(stored));
        assert_eq!(parse_call(stored), Some(call));
        assert_eq!((stored_call(None), parse_call("5")), (None, None));
    }

    #[test]
    fn responders_and_labels_are_stored_as_they_were() {
        let since = Timestamp(1);
        let agent = User { id: UserId(7), kind: UserKind::Agent, name: "Alice".into() };

        assert_eq!(stored_responder(&Responder::Assistant { since }), ("assistant", None));
        assert_eq!(stored_responder(&Responder::Waiting { since }), ("waiting", None));
        let id = "00000000-0000-0000-0000-000000000007".to_owned();
        assert_eq!(stored_responder(&Responder::Agent { agent, since }), ("agent", Some(id)));
        assert_eq!(stored_labels(&["vip".into(), "a \"b\"".into()]), r#"["vip","a \"b\""]"#);
    }
}
