//! Supervised replies: checks of what agents ask, and the part of a room task that knows their deadline.

use rooms::{
    Approval, Body, Command as RoomCommand, EntryId, OwnMode, ReplyMode, Settled, SupervisorAct, UserKind,
    Verdict,
};

use super::command::handoff_ids;
use super::input_checks::check_reason;
use super::registry::Hub;
use super::room_task::RoomTask;
use crate::db::DbError;
use crate::model::ClaimKind;
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, parse_reply_mode};
use std::sync::Arc;

/// The longest time that a held reply waits, in seconds.
pub(crate) const HOLD_MAX_S: u32 = 600;
/// The shortest and the longest time that a reply waits for approval, in seconds.
pub(crate) const APPROVE_S: std::ops::RangeInclusive<u32> = 10..=86_400;

/// A mode as agents choose it for one conversation; `None` is what the channel says.
pub(super) fn check_mode(mode: Option<&str>, seconds: Option<u32>) -> Result<Option<OwnMode>, ServiceError> {
    let Some(name) = mode else {
        return match seconds {
            Some(_) => Err(ServiceError::bad_request("seconds belong to a mode of the conversation's own")),
            None => Ok(None),
        };
    };
    let mode = parse_reply_mode(name)
        .ok_or_else(|| ServiceError::bad_request("mode must be automatic, hold, approve or null"))?;
    let is_allowed = match (mode, seconds) {
        (_, None) => true,
        (ReplyMode::Automatic, Some(_)) => false,
        (ReplyMode::Hold, Some(seconds)) => (1..=HOLD_MAX_S).contains(&seconds),
        (ReplyMode::Approve, Some(seconds)) => APPROVE_S.contains(&seconds),
    };
    if !is_allowed {
        return Err(ServiceError::bad_request(
            "seconds must be 1 to 600 with hold and 10 to 86400 with approve; automatic has none",
        ));
    }
    Ok(Some(OwnMode { mode, wait_ms: seconds.map(|seconds| i64::from(seconds) * 1_000) }))
}

/// An act on a reply; other words are as long as an agent's message may be.
pub(super) fn check_supervision(act: SupervisorAct, max_chars: usize) -> Result<SupervisorAct, ServiceError> {
    match &act {
        SupervisorAct::Edit(text) if text.trim().is_empty() => {
            return Err(ServiceError::bad_request("the reply is empty; stop it instead"));
        }
        SupervisorAct::Edit(text) if text.chars().count() > max_chars => {
            let message = format!("the reply is longer than {max_chars} characters");
            return Err(ServiceError::new(ErrorCode::TooLarge, message));
        }
        SupervisorAct::Stop { reason: Some(reason) } => check_reason(reason)?,
        SupervisorAct::Stop { reason: None }
        | SupervisorAct::Edit(_)
        | SupervisorAct::Hold
        | SupervisorAct::Send
        | SupervisorAct::Deadline => {}
    }
    Ok(act)
}

/// Why a reply is stopped whose org is suspended.
const ORG_SUSPENDED: &str = "org_suspended";

impl Hub {
    /// Opens the rooms whose replies wait for agents and that no live node has claimed: their time goes on where a server
    /// left it that is gone. Two nodes may have one open; the deadline itself is decided in the database, once.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(self: &Arc<Self>) -> Result<(), ServiceError> {
        for (org, conversation) in self.db().conversations().with_pending_reply().await? {
            let key = conversation.to_string();
            if self.base.claims.take(ClaimKind::PendingReply, &key, Some(org)).await? {
                // Nobody else would ever think of the deadline of one that is not opened.
                self.room(org, conversation).await?;
            }
        }
        Ok(())
    }
}

impl RoomTask {
    /// What to ask of the room once the time of its pending reply is over: of a suspended org nothing goes out.
    pub(super) fn deadline_command(&self, reply: EntryId) -> Option<RoomCommand> {
        let by = self.room.head().pending.as_ref()?.author.clone();
        let act = match self.hub.db().orgs().suspended().has(self.facts.org) {
            true => SupervisorAct::Stop { reason: Some(ORG_SUSPENDED.into()) },
            false => SupervisorAct::Deadline,
        };
        Some(RoomCommand::Supervise { by, reply, act, ids: handoff_ids() })
    }

    /// What became of a reply that the room does not know: it may have gone out long ago.
    pub(super) async fn settled_in_store(&self, reply: EntryId) -> Result<Option<Settled>, DbError> {
        let (org, id) = (self.facts.org, self.facts.id);
        let entry = self.hub.db().entries().get(org, id, reply, rooms::Audience::Agents).await?;
        let entry = entry.filter(|entry| entry.author.kind == UserKind::Assistant);
        let Some(Body::Message(content)) = entry.map(|entry| entry.body) else { return Ok(None) };
        let approval = content.approval.as_deref();
        let verdict = approval.map_or(Verdict::Sent, Approval::verdict);
        Ok(Some(Settled { reply, verdict, by: approval.and_then(Approval::by).cloned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_modes_have_bounds() {
        for (mode, seconds, is_allowed) in [
            (None, None, true),
            (None, Some(5), false),
            (Some("automatic"), None, true),
            (Some("automatic"), Some(5), false),
            (Some("hold"), Some(0), false),
            (Some("hold"), Some(600), true),
            (Some("hold"), Some(601), false),
            (Some("approve"), Some(9), false),
            (Some("approve"), Some(86_400), true),
            (Some("never"), None, false),
        ] {
            assert_eq!(check_mode(mode, seconds).is_ok(), is_allowed, "{mode:?} {seconds:?}");
        }
        let hold = OwnMode { mode: ReplyMode::Hold, wait_ms: Some(5_000) };
        assert_eq!(check_mode(Some("hold"), Some(5)).unwrap(), Some(hold));
    }
}
