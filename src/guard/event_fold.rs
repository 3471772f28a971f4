//! Events that are not stored yet: equal ones of a minute are one entry with a count, and the entries are bounded.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use rooms::Timestamp;

use crate::limits::network_of;
use crate::model::{FoldedEvents, SecurityEvent, SecurityKey, SecurityKind};

const MINUTE_MS: i64 = 60_000;
/// Different events of one minute: so many rows a minute are written at most, whoever attacks from however many
/// addresses. Those beyond are counted in one row.
pub(super) const KEYS_PER_MINUTE_MAX: usize = 500;
/// Different events that wait for storage. Beyond it, while storage fails, they are counted and not kept.
pub(super) const WAITING_MAX: usize = 2_000;
/// Addresses whose errors are counted in one minute.
const ERROR_ADDRESSES_MAX: usize = 4_096;
/// So many requests that were refused or failed make an event.
pub(super) const ERRORS_PER_MINUTE: u32 = 30;

/// Events on their way to storage.
#[derive(Debug, Default)]
pub struct EventFold {
    minute: Timestamp,
    keys: HashSet<SecurityKey>,
    errors: HashMap<IpAddr, u32>,
    waiting: HashMap<SecurityKey, FoldedEvents>,
    dropped: Option<(Timestamp, FoldedEvents)>,
}

impl EventFold {
    /// Counts an event.
    pub fn add(&mut self, event: SecurityEvent, now: Timestamp) {
        self.begin_minute_of(now);
        let key = SecurityKey {
            minute: self.minute,
            kind: event.kind,
            org: event.org,
            channel: event.channel,
            address: event.address.map(shown),
        };
        let is_known = self.keys.contains(&key);
        let is_full = self.keys.len() >= KEYS_PER_MINUTE_MAX || self.waiting.len() >= WAITING_MAX;
        if is_full && !is_known {
            return self.drop_events(1, now);
        }
        if !is_known {
            self.keys.insert(key.clone());
        }
        let folded = self.waiting.entry(key).or_insert_with(|| none_yet(now));
        folded.count += 1;
        folded.last_at = now;
        folded.user_agent = event.user_agent.or_else(|| folded.user_agent.take());
        folded.request_id = event.request_id.or_else(|| folded.request_id.take());
    }

    /// Counts a request that was refused or failed; the one that makes an address stand out is an event.
    pub fn add_error(&mut self, event: SecurityEvent, now: Timestamp) {
        self.begin_minute_of(now);
        let Some(address) = event.address.map(network_of) else { return };
        if self.errors.len() >= ERROR_ADDRESSES_MAX && !self.errors.contains_key(&address) {
            return self.drop_events(1, now);
        }
        let count = self.errors.entry(address).or_default();
        *count += 1;
        if count.is_multiple_of(ERRORS_PER_MINUTE) {
            self.add(event, now);
        }
    }

    /// Takes what waits.
    pub fn take(&mut self) -> Vec<(SecurityKey, FoldedEvents)> {
        let dropped = self.dropped.take().map(|(minute, folded)| {
            let kind = SecurityKind::Dropped;
            (SecurityKey { minute, kind, org: None, channel: None, address: None }, folded)
        });
        std::mem::take(&mut self.waiting).into_iter().chain(dropped).collect()
    }

    /// Puts back what could not be stored, as far as there is room.
    pub fn put_back(&mut self, batch: Vec<(SecurityKey, FoldedEvents)>, now: Timestamp) {
        for (key, folded) in batch {
            if key.kind == SecurityKind::Dropped {
                self.drop_events(folded.count, now);
            } else if let Some(known) = self.waiting.get_mut(&key) {
                known.count += folded.count;
                known.first_at = folded.first_at;
            } else if self.waiting.len() < WAITING_MAX {
                self.waiting.insert(key, folded);
            } else {
                self.drop_events(folded.count, now);
            }
        }
    }

    fn begin_minute_of(&mut self, now: Timestamp) {
        let minute = Timestamp(now.0 - now.0.rem_euclid(MINUTE_MS));
        if minute != self.minute {
            self.minute = minute;
            self.keys.clear();
            self.errors.clear();
        }
    }

    fn drop_events(&mut self, count: u64, now: Timestamp) {
        let (_, folded) = self.dropped.get_or_insert_with(|| (self.minute, none_yet(now)));
        folded.count += count;
        folded.last_at = now;
    }
}

fn none_yet(now: Timestamp) -> FoldedEvents {
    FoldedEvents { count: 0, user_agent: None, request_id: None, first_at: now, last_at: now }
}

/// How an address is shown and stored: an IPv6 address as its network, for whoever has one has the others.
fn shown(address: IpAddr) -> String {
    match network_of(address) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(network) => format!("{network}/64"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const START: i64 = 1_795_255_200_000;

    fn from(address: IpAddr) -> SecurityEvent {
        SecurityEvent::from_address(SecurityKind::AuthFailure, address)
    }

    fn v4(number: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + number))
    }

    #[test]
    fn a_hundred_thousand_events_of_a_minute_leave_bounded_entries_and_none_is_lost_from_the_count() {
        let mut fold = EventFold::default();
        let mut rows = HashSet::new();
        let (mut most, mut counted, mut dropped) = (0, 0, 0);
        for number in 0..100_000_u32 {
            fold.add(from(v4(number % 40_000)), Timestamp(START + i64::from(number) * 60_000 / 100_000));
            most = most.max(fold.waiting.len());
            if number % 1_700 == 0 || number == 99_999 {
                for (key, folded) in fold.take() {
                    counted += folded.count;
                    dropped += if key.kind == SecurityKind::Dropped { folded.count } else { 0 };
                    rows.insert(key);
                }
            }
        }

        assert!(most <= KEYS_PER_MINUTE_MAX, "{most} waited");
        assert!(rows.len() <= KEYS_PER_MINUTE_MAX + 1, "{} rows", rows.len());
        assert!(fold.keys.len() <= KEYS_PER_MINUTE_MAX && fold.errors.is_empty());
        assert_eq!(counted, 100_000);
        assert_eq!(dropped, 100_000 - 3 * 500, "each of the first 500 addresses comes two or three times");
    }

    #[test]
    fn equal_events_of_a_minute_are_one_and_those_of_the_next_another() {
        let mut fold = EventFold::default();
        for at in [0, 59_999, 60_000] {
            fold.add(from(v4(1)), Timestamp(START + at));
        }

        let mut counts: Vec<_> =
            fold.take().into_iter().map(|(key, folded)| (key.minute.0 - START, folded.count)).collect();
        counts.sort_unstable();
        assert_eq!(counts, [(0, 2), (60_000, 1)]);
    }

    #[test]
    fn while_storage_fails_what_waits_stays_bounded() {
        let mut fold = EventFold::default();
        for minute in 0..20 {
            for number in 0..600 {
                fold.add(from(v4(number)), Timestamp(START + minute * 60_000));
            }
            let batch = fold.take();
            fold.put_back(batch, Timestamp(START + minute * 60_000));
        }

        assert!(fold.waiting.len() <= WAITING_MAX, "{}", fold.waiting.len());
        let counted: u64 = fold.take().iter().map(|(_, folded)| folded.count).sum();
        assert_eq!(counted, 20 * 600);
    }

    #[test]
    fn errors_are_an_event_once_there_are_many_from_one_network() {
        let mut fold = EventFold::default();
        for number in 0..ERRORS_PER_MINUTE {
            let address = format!("2001:db8::{number:x}").parse().unwrap();
            fold.add_error(
                SecurityEvent::from_address(SecurityKind::RepeatedErrors, address),
                Timestamp(START),
            );
            assert_eq!(fold.waiting.len(), usize::from(number + 1 == ERRORS_PER_MINUTE));
        }

        let (key, folded) = fold.take().remove(0);
        assert_eq!((key.address.as_deref(), folded.count), (Some("2001:db8::/64"), 1));
    }
}
