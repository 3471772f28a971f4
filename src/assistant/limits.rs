//! Publishes usage limit warnings to the agents of an org.

use tokio::sync::mpsc;

use super::service::Assistant;
use crate::model::{Happening, LimitMark, NotificationLimit};
use crate::refusal::log_unanswered;
use crate::usage::LimitWarning;
use crate::wire::{Frame, UsageWarning, event, rfc3339};

impl Assistant {
    /// Passes on every warning, as it comes.
    pub(super) async fn announce_limits(self, mut warnings: mpsc::Receiver<LimitWarning>) {
        while let Some(warning) = warnings.recv().await {
            let LimitWarning { org, limit, percent, is_hard, resets_at_ms } = warning;
            let noted = NotificationLimit { name: limit.to_owned(), percent: percent.into(), is_hard };
            self.parts.desk.notify_limit(org, noted);
            let mode = if is_hard { "hard" } else { "soft" };
            let resets_at = rfc3339(rooms::Timestamp(resets_at_ms));
            let told = UsageWarning { limit, percent, mode, resets_at };
            self.parts.hub.notify_agents(org, Frame::new(event::USAGE_WARNING, &told)).await;
            let mark = LimitMark { limit, percent, is_hard, resets_at: rooms::Timestamp(resets_at_ms) };
            let base = &self.parts.base;
            let happening = Happening::UsageWarning(mark);
            if let Err(error) = base.db.deliveries().tell(org, happening, base.now()).await {
                log_unanswered(&error, "webhooks are not told of a limit of usage");
            }
        }
    }
}
