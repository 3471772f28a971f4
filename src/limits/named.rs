//! The limits of the server, by name, as the settings give them.

use super::event_window::EventWindow;
use super::limiter::Limiter;
use crate::config::Settings;
use std::num::NonZeroU32;

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
    /// Sign-in attempts, by address and by account.
    pub login_attempts: Limiter,
    /// Replies of the assistant, by conversation.
    pub assistant_replies: Limiter,
    events_per_3s: Option<NonZeroU32>,
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
            assistant_replies: count(settings.assistant_replies_per_hour)
                .map_or_else(Limiter::lifted, Limiter::per_hour),
            events_per_3s: count(settings.events_per_3s),
        }
    }

    /// Makes the window of a new connection.
    pub fn event_window(&self) -> EventWindow {
        EventWindow::new(self.events_per_3s)
    }

    /// Forgets keys that have been quiet. To be called about once a minute.
    pub fn sweep(&self) {
        let limiters = [
            &self.visitor_messages,
            &self.visitor_uploads,
            &self.widget_reads,
            &self.conversation_ends,
            &self.call_starts,
            &self.rest_requests,
            &self.login_attempts,
            &self.assistant_replies,
        ];
        limiters.into_iter().for_each(Limiter::sweep);
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
        let mut window = limits.event_window();

        for _ in 0..1_000 {
            assert!(limits.visitor_messages.check("a").is_ok());
            assert!(limits.widget_reads.check("a").is_ok());
            assert!(limits.conversation_ends.check("a").is_ok());
            assert!(limits.rest_requests.check("a").is_ok());
            assert!(limits.login_attempts.check("a").is_ok());
            assert_eq!(window.count(0), Verdict::Fine);
        }
    }
}
