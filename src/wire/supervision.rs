//! Supervised replies as agents see them, and what agents ask of them.

use std::sync::Arc;

use rooms::{Approval, AtDeadline, PendingNews, PendingReply, ReplyMode, Settled, Verdict};
use serde::{Deserialize, Serialize};

use super::{UserView, present, rfc3339};

/// The name of when replies go out.
#[must_use]
pub fn reply_mode_name(mode: ReplyMode) -> &'static str {
    match mode {
        ReplyMode::Automatic => "automatic",
        ReplyMode::Hold => "hold",
        ReplyMode::Approve => "approve",
    }
}

/// When replies go out, by its name.
#[must_use]
pub fn parse_reply_mode(name: &str) -> Option<ReplyMode> {
    [ReplyMode::Automatic, ReplyMode::Hold, ReplyMode::Approve]
        .into_iter()
        .find(|mode| reply_mode_name(*mode) == name)
}

/// What becomes of a reply for which nobody came, by its name.
#[must_use]
pub fn parse_at_deadline(name: &str) -> Option<AtDeadline> {
    match name {
        "send" => Some(AtDeadline::Send),
        "handoff" => Some(AtDeadline::HandOff),
        "drop" => Some(AtDeadline::Drop),
        _ => None,
    }
}

/// The name of what became of a supervised reply.
fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Sent => "sent",
        Verdict::Edited => "edited",
        Verdict::Stopped => "stopped",
        Verdict::Deadline => "deadline",
        Verdict::Takeover => "takeover",
        Verdict::Handoff => "handoff",
        Verdict::Ended => "ended",
        Verdict::Superseded => "superseded",
    }
}

/// The reply of a conversation that waits for agents.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = PendingReply)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PendingReply"))]
pub struct PendingReplyView {
    /// The id that its entry will have.
    pub message_id: String,
    /// When it goes out by itself, where it does.
    pub sends_at: Option<String>,
    /// The agent who holds it.
    pub held_by: Option<UserView>,
}

impl From<&PendingReply> for PendingReplyView {
    fn from(pending: &PendingReply) -> Self {
        Self {
            message_id: pending.id.to_string(),
            sends_at: pending.sends_at().map(rfc3339),
            held_by: pending.held_by.as_ref().map(UserView::from),
        }
    }
}

/// Data of `reply:pending`: how a supervised reply stands.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PendingUpdate"))]
pub struct PendingUpdate {
    /// Where.
    pub session_id: String,
    /// The reply.
    pub message_id: String,
    /// What is written of it.
    pub content: Arc<str>,
    /// Whether that is all.
    pub complete: bool,
    /// When it goes out by itself, where it does.
    pub sends_at: Option<String>,
    /// The agent who holds it.
    pub held_by: Option<UserView>,
    /// The agent who let it go out while it is written.
    pub sent_by: Option<UserView>,
}

impl PendingUpdate {
    /// Of a conversation.
    #[must_use]
    pub fn new(session_id: String, news: &PendingNews) -> Self {
        Self {
            session_id,
            message_id: news.id.to_string(),
            content: news.text.clone(),
            complete: news.is_complete,
            sends_at: news.sends_at.map(rfc3339),
            held_by: news.held_by.as_ref().map(UserView::from),
            sent_by: news.sent_by.as_ref().map(UserView::from),
        }
    }
}

/// `metadata.approval` of a reply that went out, for agents: who let it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Approval"))]
pub struct ApprovalView {
    /// `sent` as it was written, `edited`, or `deadline` where nobody came.
    #[cfg_attr(test, ts(type = "'sent' | 'edited' | 'deadline'"))]
    pub act: &'static str,
    /// The agent.
    pub by: Option<UserView>,
}

impl From<&Approval> for ApprovalView {
    fn from(approval: &Approval) -> Self {
        Self { act: verdict_name(approval.verdict()), by: approval.by().map(UserView::from) }
    }
}

/// `details` of a `conflict`: what became of the reply before.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Settled"))]
pub struct SettledView {
    /// What.
    #[cfg_attr(
        test,
        ts(
            type = "'sent' | 'edited' | 'stopped' | 'deadline' | 'takeover' | 'handoff' | 'ended' | 'superseded'"
        )
    )]
    pub won: &'static str,
    /// Who did it.
    pub by: Option<UserView>,
}

impl From<&Settled> for SettledView {
    fn from(settled: &Settled) -> Self {
        Self { won: verdict_name(settled.verdict), by: settled.by.as_ref().map(UserView::from) }
    }
}

/// `session:mode`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct ModeData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// `automatic`, `hold` or `approve`; null is what the channel says.
    #[serde(deserialize_with = "present")]
    #[cfg_attr(test, ts(type = "'automatic' | 'hold' | 'approve' | null", optional = false))]
    pub mode: Option<String>,
    /// How long a reply waits, where the channel's time is not meant.
    #[serde(default)]
    pub seconds: Option<u32>,
}

/// `reply:hold` and `reply:send`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReplyData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// The reply.
    pub message_id: String,
}

/// `reply:edit`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EditReplyData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// The reply.
    pub message_id: String,
    /// What goes out in its place.
    pub content: String,
}

/// `reply:stop`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct StopReplyData {
    /// Where.
    #[serde(alias = "sessionId")]
    pub session_id: String,
    /// The reply.
    pub message_id: String,
    /// Why, at most 500 characters.
    #[serde(default)]
    pub reason: Option<String>,
}
