//! Schedules pings and heartbeats of a connection.

use std::time::Duration;

use tokio::time::Instant;

use crate::config::Settings;

/// The signs of life that one connection gets. A ping comes in its time whatever else is sent, as a client that only
/// listens is heard by its pongs alone; a heartbeat comes where nothing else was sent, for pages, which see no pings.
#[derive(Debug)]
pub(super) struct Signs {
    ping: Duration,
    heartbeat: Duration,
    ping_at: Instant,
    heartbeat_at: Instant,
}

/// What is to be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) ping: bool,
    pub(super) heartbeat: bool,
}

impl Signs {
    /// Those of a connection that begins now.
    pub(super) fn new(settings: &Settings, now: Instant) -> Self {
        let heartbeat = Duration::from_millis(settings.heartbeat_ms);
        // A client that answers every ping must never count as silent for three heartbeats.
        let ping = Duration::from_millis(settings.ping_ms).min(heartbeat);
        Self { ping, heartbeat, ping_at: now + ping, heartbeat_at: now + heartbeat }
    }

    /// When something is due, should nothing be sent.
    pub(super) fn next_at(&self) -> Instant {
        self.ping_at.min(self.heartbeat_at)
    }

    /// Something that the page sees was last sent then.
    pub(super) fn record_sent(&mut self, at: Instant) {
        self.heartbeat_at = self.heartbeat_at.max(at + self.heartbeat);
    }

    /// What is due now, once.
    pub(super) fn take_due(&mut self, now: Instant) -> Due {
        let due = Due { ping: now >= self.ping_at, heartbeat: now >= self.heartbeat_at };
        if due.ping {
            self.ping_at = now + self.ping;
        }
        if due.heartbeat {
            self.heartbeat_at = now + self.heartbeat;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn pings_come_every_fifteen_seconds_however_much_is_sent() {
        let began = clock::instant();
        let mut signs = Signs::new(&Settings::defaults(), began);
        let mut pings = Vec::new();
        for second in 1..=60 {
            let now = began + seconds(second);
            signs.record_sent(now);
            let due = signs.take_due(now);
            assert!(!due.heartbeat, "something else was sent");
            pings.extend(due.ping.then_some(second));
        }

        assert_eq!(pings, [15, 30, 45, 60]);
    }

    #[test]
    fn an_idle_connection_gets_a_heartbeat_besides() {
        let began = clock::instant();
        let mut signs = Signs::new(&Settings::defaults(), began);
        let (mut pings, mut heartbeats) = (Vec::new(), Vec::new());
        while signs.next_at() <= began + seconds(60) {
            let now = signs.next_at();
            let due = signs.take_due(now);
            pings.extend(due.ping.then(|| (now - began).as_secs()));
            heartbeats.extend(due.heartbeat.then(|| (now - began).as_secs()));
        }

        assert_eq!((pings, heartbeats), (vec![15, 30, 45, 60], vec![25, 50]));
    }

    #[test]
    fn a_quick_heartbeat_brings_quick_pings() {
        let began = clock::instant();
        let settings = Settings { heartbeat_ms: 300, ..Settings::defaults() };
        let signs = Signs::new(&settings, began);

        assert_eq!(signs.ping_at - began, Duration::from_millis(300));
    }
}
