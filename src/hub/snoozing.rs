//! Conversations that are put aside: checks of the time, and the task that brings them back when it has come.

use std::sync::Arc;
use std::time::Duration;

use rooms::Timestamp;

use super::command::Command;
use super::registry::Hub;
use crate::refusal::{ServiceError, log_unanswered};
use crate::wire::parse_moment;

/// The longest time that a conversation is put aside for, in milliseconds: a year and a day.
const SNOOZE_MAX_MS: i64 = 366 * 24 * 3_600 * 1_000;
/// How often is looked for what is due: agents choose minutes, not seconds.
const PERIOD: Duration = Duration::from_secs(1);
/// Maximum conversations brought back per look.
const WOKEN_MAX: i64 = 500;

/// A moment as a client names it.
///
/// # Errors
/// `bad_request`.
pub fn snooze_time(text: &str) -> Result<Timestamp, ServiceError> {
    parse_moment(text)
        .ok_or_else(|| ServiceError::bad_request("until must be a moment such as 2026-11-21T10:00:00Z"))
}

/// Until when a conversation is put aside: later than now, and within a year.
pub(super) fn check_snooze(
    until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Timestamp>, ServiceError> {
    match until {
        Some(until) if until <= now || until > now.plus_ms(SNOOZE_MAX_MS) => {
            Err(ServiceError::bad_request("until must be in the future, at most a year ahead"))
        }
        until => Ok(until),
    }
}

impl Hub {
    /// Brings back conversations whose time has come; returns how many.
    pub async fn wake_due(self: &Arc<Self>) -> usize {
        let due = match self.db().conversations().due_to_wake(self.base.now(), WOKEN_MAX).await {
            Ok(due) => due,
            Err(error) => {
                log_unanswered(&error, "could not look for conversations to bring back");
                return 0;
            }
        };
        self.act_in_each(due, || Command::Wake, "could not bring back conversation").await
    }
}

/// Brings back what is due, for ever.
pub(super) async fn wake_snoozed(hub: Arc<Hub>) {
    loop {
        hub.base.claims.turn_to_sweep().await;
        hub.wake_due().await;
        tokio::time::sleep(PERIOD).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_put_aside_for_a_year_at_most() {
        let now = Timestamp(1_000);
        for (until, is_allowed) in [
            (now, false),
            (Timestamp(1_001), true),
            (now.plus_ms(SNOOZE_MAX_MS), true),
            (now.plus_ms(SNOOZE_MAX_MS + 1), false),
        ] {
            assert_eq!(check_snooze(Some(until), now).is_ok(), is_allowed, "{until:?}");
        }
        assert_eq!(check_snooze(None, now).unwrap(), None);
    }
}
