//! The rate limits of the server by name, built from the settings.

use super::event_window::EventWindow;
use super::limiter::Limiter;
use super::pace::Pace;
use crate::config::Settings;
use std::num::{NonZeroU32, NonZeroU64};

/// The minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// What one connection may do in a time, by kind of event.
#[derive(Debug)]
pub struct EventBudgets {
    /// Everything without a budget of its own.
    pub events: EventWindow,
    /// `join:session`.
    pub joins: EventWindow,
    /// `leave:session`.
    pub leaves: EventWindow,
    /// `message:read`.
    pub reads: EventWindow,
}

/// Every limit by count and time. With `limits = off` all of them allow everything.
#[derive(Debug)]
pub struct Limits {
    /// Visitor messages, by address.
    pub visitor_messages: Limiter,
    /// Files of visitors, by address.
    pub visitor_uploads: Limiter,
    /// Widget requests that read, by address.
    pub widget_reads: Limiter,
    /// Conversations ended, by address.
    pub conversation_ends: Limiter,
    /// Calls begun by visitors, by address.
    pub call_starts: Limiter,
    /// REST requests, by API token.
    pub rest_requests: Limiter,
    /// Sign-in attempts, by address, by account and address, and by known device.
    pub login_attempts: Limiter,
    /// Sign-in attempts from anywhere but known devices, by account.
    pub account_attempts: Limiter,
    /// Wrong tokens, by address.
    pub bad_tokens: Limiter,
    /// Replies of the assistant, by conversation.
    pub assistant_replies: Limiter,
    events_per_3s: Option<NonZeroU32>,
    joins_per_minute: Option<NonZeroU32>,
    reads_per_minute: Option<NonZeroU32>,
    history: Option<(u64, NonZeroU64)>,
}

impl Limits {
    /// Takes the limits from the settings.
    pub fn new(settings: &Settings) -> Self {
        let count = |count: u32| NonZeroU32::new(count).filter(|_| settings.limits);
        let limiter = |per_minute: u32| count(per_minute).map_or_else(Limiter::lifted, Limiter::per_minute);
        Self {
            visitor_messages: limiter(settings.visitor_messages_per_minute),
            visitor_uploads: limiter(settings.visitor_uploads_per_minute),
            widget_reads: limiter(settings.widget_reads_per_minute),
            conversation_ends: limiter(settings.conversation_ends_per_minute),
            call_starts: limiter(settings.call_starts_per_minute),
            rest_requests: limiter(settings.rest_requests_per_minute),
            login_attempts: limiter(settings.login_attempts_per_minute),
            account_attempts: limiter(settings.account_attempts_per_minute),
            bad_tokens: limiter(settings.bad_tokens_per_minute),
            assistant_replies: count(settings.assistant_replies_per_hour)
                .map_or_else(Limiter::lifted, Limiter::per_hour),
            events_per_3s: count(settings.events_per_3s),
            joins_per_minute: count(settings.joins_per_minute),
            reads_per_minute: count(settings.reads_per_minute),
            history: NonZeroU64::new(settings.history_bytes_per_s)
                .filter(|_| settings.limits)
                .map(|per_s| (settings.history_burst_bytes, per_s)),
        }
    }

    /// Makes the budgets of a new connection that may be in `rooms_max` rooms.
    pub fn event_budgets(&self, rooms_max: usize) -> EventBudgets {
        // Whoever comes back may join every room again at once.
        let rooms = u32::try_from(rooms_max).unwrap_or(u32::MAX);
        let joins = self.joins_per_minute.map(|joins| joins.saturating_add(rooms));
        EventBudgets {
            events: EventWindow::new(self.events_per_3s),
            joins: EventWindow::over(joins, MINUTE_MS),
            leaves: EventWindow::over(joins, MINUTE_MS),
            reads: EventWindow::over(self.reads_per_minute, MINUTE_MS),
        }
    }

    /// Makes the pace at which a new connection gets history.
    pub fn history_pace(&self) -> Pace {
        Pace::new(self.history)
    }

    /// Forgets keys that have been quiet. To be called about once a minute.
    pub fn sweep(&self) {
        self.all().into_iter().for_each(Limiter::sweep);
    }

    /// How many keys are remembered.
    pub fn key_count(&self) -> usize {
        self.all().into_iter().map(Limiter::key_count).sum()
    }

    fn all(&self) -> [&Limiter; 10] {
        [
            &self.visitor_messages,
            &self.visitor_uploads,
            &self.widget_reads,
            &self.conversation_ends,
            &self.call_starts,
            &self.rest_requests,
            &self.login_attempts,
            &self.account_attempts,
            &self.bad_tokens,
            &self.assistant_replies,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Verdict;

    #[test]
    fn the_settings_say_how_much_is_allowed() {
        let limits = Limits::new(&Settings { visitor_messages_per_minute: 2, ..Settings::defaults() });

        assert!(limits.visitor_messages.check("a").is_ok());
        assert!(limits.visitor_messages.check("a").is_ok());
        assert!(limits.visitor_messages.check("a").is_err());
        assert!(limits.widget_reads.check("a").is_ok());
    }

    #[test]
    fn limits_off_lifts_every_count() {
        let limits = Limits::new(&Settings { limits: false, ..Settings::defaults() });
        let mut budgets = limits.event_budgets(20);

        for _ in 0..1_000 {
            assert!(limits.visitor_messages.check("a").is_ok());
            assert!(limits.widget_reads.check("a").is_ok());
            assert!(limits.conversation_ends.check("a").is_ok());
            assert!(limits.rest_requests.check("a").is_ok());
            assert!(limits.login_attempts.check("a").is_ok());
            assert_eq!(budgets.events.count(0), Verdict::Fine);
            assert_eq!(budgets.joins.count(0), Verdict::Fine);
            assert_eq!(limits.history_pace().spend(u64::MAX, 0), 0);
        }
    }
}
