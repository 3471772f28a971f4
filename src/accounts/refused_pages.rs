//! Records requests from origins a channel does not allow, so that admins can see what is missing from the list.

use std::collections::VecDeque;

use dashmap::DashMap;
use rooms::{ChannelId, Timestamp};

use crate::clock::DAY_MS;

/// Any caller can name an origin: so many are enough to see which one is missing, and cost nothing to keep.
const ORIGINS_MAX: usize = 5;
/// Longer than the origin of any host (RFC 1035 section 2.3.4).
const ORIGIN_MAX_BYTES: usize = 280;

/// What was refused of a channel's pages today (UTC), since this server's start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedPages {
    /// Refused attempts.
    pub count: u64,
    /// The origins last refused, newest first, at most 5.
    pub origins: Vec<String>,
}

#[derive(Debug, Default)]
struct OfDay {
    day: i64,
    count: u64,
    origins: VecDeque<String>,
}

/// The refused pages of all channels of this process.
#[derive(Debug, Default)]
pub(super) struct RefusedPagesLog(DashMap<ChannelId, OfDay>);

impl RefusedPagesLog {
    pub(super) fn note(&self, channel: ChannelId, origin: &str, now: Timestamp) {
        let day = now.0.div_euclid(DAY_MS);
        let mut kept = self.0.entry(channel).or_default();
        if kept.day != day {
            *kept = OfDay { day, ..OfDay::default() };
        }
        kept.count += 1;
        if origin.len() > ORIGIN_MAX_BYTES || origin.chars().any(char::is_control) {
            return;
        }
        kept.origins.retain(|one| one != origin);
        kept.origins.push_front(origin.to_owned());
        kept.origins.truncate(ORIGINS_MAX);
    }

    pub(super) fn of(&self, channel: ChannelId, now: Timestamp) -> RefusedPages {
        let kept = self.0.get(&channel).filter(|kept| kept.day == now.0.div_euclid(DAY_MS));
        kept.map_or_else(RefusedPages::default, |kept| RefusedPages {
            count: kept.count,
            origins: kept.origins.iter().cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: ChannelId = ChannelId(1);

    #[test]
    fn refused_pages_are_counted_by_day_and_named_once_newest_first() {
        let log = RefusedPagesLog::default();
        let today = Timestamp(20_000 * DAY_MS + 5);
        for origin in ["https://a.example", "https://b.example", "https://a.example"] {
            log.note(CHANNEL, origin, today);
        }

        let seen = log.of(CHANNEL, today);
        assert_eq!(
            (seen.count, seen.origins),
            (3, vec!["https://a.example".into(), "https://b.example".into()])
        );
        assert_eq!(log.of(ChannelId(2), today), RefusedPages::default());
        assert_eq!(log.of(CHANNEL, today.plus_ms(DAY_MS)), RefusedPages::default());
    }

    #[test]
    fn a_stranger_who_invents_origins_fills_nothing() {
        let log = RefusedPagesLog::default();
        for number in 0..1_000 {
            log.note(CHANNEL, &format!("https://{number}.example"), Timestamp(0));
        }
        log.note(CHANNEL, &"x".repeat(10_000), Timestamp(0));

        let seen = log.of(CHANNEL, Timestamp(0));
        assert_eq!((seen.count, seen.origins.len()), (1_001, ORIGINS_MAX));
        assert_eq!(seen.origins[0], "https://999.example");
    }
}
