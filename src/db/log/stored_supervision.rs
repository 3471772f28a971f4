//! Supervised replies as they are stored: in an event, in the row of their conversation, and in what went out.

use std::sync::Arc;

use rooms::{Approval, OwnMode, PendingReply, Settled, Timestamp};
use serde::{Deserialize, Serialize};

use super::names::{
    parse_at_deadline, parse_reply_mode, parse_verdict, stored_at_deadline, stored_reply_mode, stored_verdict,
};
use super::stored_user::StoredUser;

/// A mode of a conversation's own.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredMode {
    mode: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wait_ms: Option<i64>,
}

impl From<OwnMode> for StoredMode {
    fn from(own: OwnMode) -> Self {
        Self { mode: stored_reply_mode(own.mode).to_owned(), wait_ms: own.wait_ms }
    }
}

impl StoredMode {
    /// The mode, where it is one of ours.
    pub(super) fn into_mode(self) -> Option<OwnMode> {
        Some(OwnMode { mode: parse_reply_mode(&self.mode)?, wait_ms: self.wait_ms })
    }
}

/// A reply that waits for agents.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredPending {
    message_id: String,
    author: StoredUser,
    content: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Arc<str>>,
    answers: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handoff: Option<Arc<str>>,
    due_at: i64,
    at_deadline: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held_by: Option<StoredUser>,
}

impl From<&PendingReply> for StoredPending {
    fn from(pending: &PendingReply) -> Self {
        Self {
            message_id: pending.id.to_string(),
            author: StoredUser::from(&pending.author),
            content: pending.text.clone(),
            metadata: pending.metadata.clone(),
            answers: pending.answers,
            handoff: pending.handoff.clone(),
            due_at: pending.due_at.0,
            at_deadline: stored_at_deadline(pending.at_deadline).to_owned(),
            held_by: pending.held_by.as_ref().map(StoredUser::from),
        }
    }
}

impl StoredPending {
    /// The reply, where it is one of ours.
    pub(super) fn into_pending(self) -> Option<PendingReply> {
        let held_by = match &self.held_by {
            Some(user) => Some(user.to_user()?),
            None => None,
        };
        Some(PendingReply {
            id: self.message_id.parse().ok()?,
            author: self.author.to_user()?,
            text: self.content,
            metadata: self.metadata,
            answers: self.answers,
            handoff: self.handoff,
            due_at: Timestamp(self.due_at),
            at_deadline: parse_at_deadline(&self.at_deadline)?,
            held_by,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredSettled {
    message_id: String,
    verdict: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<StoredUser>,
}

#[derive(Serialize, Deserialize)]
struct StoredApproval {
    act: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<StoredUser>,
}

/// How a conversation's own mode is stored.
pub(super) fn stored_mode(mode: Option<OwnMode>) -> Option<String> {
    mode.map(|mode| serde_json::to_string(&StoredMode::from(mode)).expect("plain data"))
}

/// A conversation's own mode as it was stored.
pub(super) fn parse_mode(json: &str) -> Option<OwnMode> {
    serde_json::from_str::<StoredMode>(json).ok()?.into_mode()
}

/// How the reply that waits for agents is stored.
pub(super) fn stored_pending(pending: Option<&PendingReply>) -> Option<String> {
    pending.map(|pending| serde_json::to_string(&StoredPending::from(pending)).expect("plain data"))
}

/// The reply that waits for agents as it was stored.
pub(super) fn parse_pending(json: &str) -> Option<Arc<PendingReply>> {
    serde_json::from_str::<StoredPending>(json).ok()?.into_pending().map(Arc::new)
}

/// How it is stored what became of the last supervised reply.
pub(super) fn stored_settled(settled: Option<&Settled>) -> Option<String> {
    settled.map(|settled| {
        let stored = StoredSettled {
            message_id: settled.reply.to_string(),
            verdict: stored_verdict(settled.verdict).to_owned(),
            by: settled.by.as_ref().map(StoredUser::from),
        };
        serde_json::to_string(&stored).expect("plain data")
    })
}

/// What became of the last supervised reply, as it was stored.
pub(super) fn parse_settled(json: &str) -> Option<Settled> {
    let stored: StoredSettled = serde_json::from_str(json).ok()?;
    Some(Settled {
        reply: stored.message_id.parse().ok()?,
        verdict: parse_verdict(&stored.verdict)?,
        by: stored.by.as_ref().and_then(StoredUser::to_user),
    })
}

/// How it is stored who let a reply go out.
pub(super) fn stored_approval(approval: &Approval) -> String {
    let act = stored_verdict(approval.verdict()).to_owned();
    let stored = StoredApproval { act, by: approval.by().map(StoredUser::from) };
    serde_json::to_string(&stored).expect("plain data")
}

/// Who let a reply go out, as it was stored.
pub(super) fn parse_approval(json: &str) -> Option<Approval> {
    let StoredApproval { act, by } = serde_json::from_str(json).ok()?;
    let by = by.as_ref().and_then(StoredUser::to_user);
    match act.as_str() {
        "sent" => by.map(Approval::Sent),
        "edited" => by.map(Approval::Edited),
        "deadline" => Some(Approval::Deadline),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rooms::{AtDeadline, EntryId, ReplyMode, User, UserId, UserKind, Verdict};

    use super::*;

    const NINE: &str = "00000000-0000-0000-0000-000000000009";
    const ALICE: &str = r#"{"id":"00000000-0000-0000-0000-000000000007","kind":"agent","name":"Alice"}"#;

    fn alice() -> User {
        User { id: UserId(7), kind: UserKind::Agent, name: Arc::from("Alice") }
    }

    #[test]
    fn a_pending_reply_is_stored_under_these_names() {
        let pending = PendingReply {
            id: EntryId(9),
            author: alice(),
            text: "At nine.".into(),
            metadata: None,
            answers: 4,
            handoff: Some("no_answer".into()),
            due_at: Timestamp(77),
            at_deadline: AtDeadline::Send,
            held_by: Some(alice()),
        };

        let stored = format!(
            r#"{{"message_id":"{NINE}","author":{ALICE},"content":"At nine.","answers":4,"handoff":"no_answer","due_at":77,"at_deadline":"send","held_by":{ALICE}}}"#
        );
        assert_eq!(stored_pending(Some(&pending)), Some(stored.clone()));
        assert_eq!(parse_pending(&stored).as_deref(), Some(&pending));
        assert_eq!((stored_pending(None), parse_pending("{}")), (None, None));
    }

    #[test]
    fn modes_verdicts_and_approvals_are_stored_under_these_names() {
        let mode = OwnMode { mode: ReplyMode::Approve, wait_ms: None };
        let settled = Settled { reply: EntryId(9), verdict: Verdict::Stopped, by: Some(alice()) };

        assert_eq!(stored_mode(Some(mode)).as_deref(), Some(r#"{"mode":"approve"}"#));
        assert_eq!(parse_mode(r#"{"mode":"approve"}"#), Some(mode));
        let stored = format!(r#"{{"message_id":"{NINE}","verdict":"stopped","by":{ALICE}}}"#);
        assert_eq!(stored_settled(Some(&settled)), Some(stored.clone()));
        assert_eq!(parse_settled(&stored), Some(settled));
        for (approval, stored) in [
            (Approval::Sent(alice()), format!(r#"{{"act":"sent","by":{ALICE}}}"#)),
            (Approval::Edited(alice()), format!(r#"{{"act":"edited","by":{ALICE}}}"#)),
            (Approval::Deadline, r#"{"act":"deadline"}"#.to_owned()),
        ] {
            assert_eq!(stored_approval(&approval), stored);
            assert_eq!(parse_approval(&stored), Some(approval));
        }
    }
}
