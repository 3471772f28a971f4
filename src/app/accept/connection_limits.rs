//! Counts open connections, in total and by address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;

use crate::clock;
use crate::config::Settings;
use crate::limits::network_of;

/// Files that the database, the log and calls to the outside need, besides connections.
const OTHER_FILES: u64 = 256;
/// Minimum interval between warnings about refusals, in milliseconds.
const WARNING_EVERY_MS: u64 = 60_000;

/// The places that connections take.
#[derive(Debug)]
pub(in crate::app) struct Places {
    max: usize,
    /// `None` with `limits = off`.
    per_address_max: Option<usize>,
    /// Behind these are many clients.
    proxies: Vec<IpNet>,
    taken_count: AtomicUsize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
    started: tokio::time::Instant,
    warned_at_ms: AtomicU64,
}

impl Places {
    /// The places of a server that may have `open_files` files open at once.
    pub(in crate::app) fn new(settings: &Settings, open_files: u64) -> Arc<Self> {
        let spare = open_files.saturating_sub(OTHER_FILES).max(open_files / 2);
        let max = settings.connections_max.min(usize::try_from(spare).unwrap_or(usize::MAX));
        if max < settings.connections_max {
            tracing::info!(
                "{open_files} open files allow {max} connections; raise the limit of open files for the {} of connections_max",
                settings.connections_max
            );
        }
        Arc::new(Self {
            max,
            per_address_max: settings.limits.then_some(settings.connections_per_address_max),
            proxies: settings.trusted_proxies.clone(),
            taken_count: AtomicUsize::new(0),
            by_address: Mutex::default(),
            started: clock::instant(),
            warned_at_ms: AtomicU64::new(0),
        })
    }

    /// A place for a connection from `address`; `None` where there is none left.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let taken = self.taken_count.fetch_add(1, Ordering::Relaxed);
        if taken >= self.max {
            self.taken_count.fetch_sub(1, Ordering::Relaxed);
            self.warn("the server has as many connections as it may (connections_max)");
            return None;
        }
        let is_proxy = self.proxies.iter().any(|proxy| proxy.contains(&address.to_canonical()));
        let key = self.per_address_max.filter(|_| !is_proxy).map(|max| (network_of(address), max));
        if let Some((network, max)) = key {
            let mut by_address = self.lock();
            let count = by_address.entry(network).or_insert(0);
            if *count >= max {
                drop(by_address);
                self.taken_count.fetch_sub(1, Ordering::Relaxed);
                self.warn(
                    "one address has as many connections as it may (connections_per_address_max); \
                     if that is your proxy, name it with --trusted-proxies",
                );
                return None;
            }
            *count += 1;
        }
        Some(Place { places: self.clone(), network: key.map(|(network, _)| network) })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn warn(&self, what: &'static str) {
        let now_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let warned_at_ms = self.warned_at_ms.load(Ordering::Relaxed);
        let is_due = warned_at_ms == 0 || now_ms - warned_at_ms >= WARNING_EVERY_MS;
        let is_mine = is_due
            && self
                .warned_at_ms
                .compare_exchange(warned_at_ms, now_ms, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if is_mine {
            tracing::warn!("refusing connections: {what}");
        }
    }
}

/// The place of one connection; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    network: Option<IpAddr>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken_count.fetch_sub(1, Ordering::Relaxed);
        let Some(network) = self.network else { return };
        if let Entry::Occupied(mut taken) = self.places.lock().entry(network) {
            *taken.get_mut() -= 1;
            if *taken.get() == 0 {
                taken.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(max: usize, per_address: usize) -> Arc<Places> {
        let settings = Settings {
            connections_max: max,
            connections_per_address_max: per_address,
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Settings::defaults()
        };
        Places::new(&settings, 1_000_000)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_does_not_take_the_places_of_others() {
        let places = places(100, 2);
        let held: Vec<Place> = (0..2).filter_map(|_| places.take(address("192.0.2.1"))).collect();

        assert_eq!(held.len(), 2);
        assert!(places.take(address("192.0.2.1")).is_none());
        assert!(places.take(address("::ffff:192.0.2.1")).is_none(), "the same address");
        assert!(places.take(address("192.0.2.2")).is_some());
        drop(held);
        assert!(places.take(address("192.0.2.1")).is_some());
        assert!(places.lock().is_empty(), "who has gone is forgotten");
    }

    #[test]
    fn all_addresses_together_have_their_bound_and_a_proxy_has_only_that() {
        let places = places(5, 2);
        let held: Vec<Place> = (0..5).filter_map(|_| places.take(address("10.1.2.3"))).collect();

        assert_eq!(held.len(), 5);
        assert!(places.take(address("192.0.2.1")).is_none());
        assert!(places.take(address("10.1.2.3")).is_none());
    }

    #[test]
    fn files_for_everything_else_are_left() {
        let settings = Settings { connections_max: 50_000, ..Settings::defaults() };

        assert_eq!(Places::new(&settings, 1_024).max, 768);
        assert_eq!(Places::new(&settings, 1_000_000).max, 50_000);
        assert_eq!(Places::new(&settings, 256).max, 128);
    }
}
