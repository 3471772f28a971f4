//! A keyed rate limit: a burst of N, then N per minute, evenly spaced (GCRA).

use super::shared::SharedHasher;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::fmt;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// About 10 MiB at most. When more keys are live, new and old keys alike share `SHARED_KEY_COUNT` counts: an
/// attacker with many addresses then slows others down, but memory stays bounded and the limit holds.
const KEYS_MAX: usize = 100_000;
const SHARED_KEY_COUNT: u64 = 4_096;
/// Checks between two counts of the keys, because counting visits every shard.
const CHECKS_PER_COUNT: u64 = 256;
/// Counts of another node that are taken over at a time; a larger number is no use, as bursts are smaller.
const SPENT_MAX: u32 = 100_000;
/// A household has a /64; the rest of the address is the client's to choose.
const IPV6_NETWORK_BITS: u32 = 64;

type Buckets<C> = RateLimiter<u64, DashMapStateStore<u64>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// How long to wait before the next try can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfterMs(pub u64);

/// Limits how often something may happen per key, or, when lifted, never.
pub struct Limiter<C: Clock = DefaultClock> {
    counted: Option<Counted<C>>,
}

struct Counted<C: Clock> {
    buckets: Buckets<C>,
    clock: C,
    /// Keys are kept as hashes that nobody outside can foresee.
    hasher: RandomState,
    /// How the other nodes hash them, where there are others.
    shared: OnceLock<SharedHasher>,
    keys_max: usize,
    check_count: AtomicU64,
    is_crowded: AtomicBool,
}

impl Limiter {
    /// Allows `count` a minute for each key.
    pub fn per_minute(count: NonZeroU32) -> Self {
        Limiter::with_clock(Quota::per_minute(count), DefaultClock::default(), KEYS_MAX)
    }

    /// Allows `count` an hour for each key.
    pub fn per_hour(count: NonZeroU32) -> Self {
        Limiter::with_clock(Quota::per_hour(count), DefaultClock::default(), KEYS_MAX)
    }

    /// Allows everything.
    pub fn lifted() -> Self {
        Self { counted: None }
    }
}

impl<C: Clock + Clone> Limiter<C> {
    fn with_clock(quota: Quota, clock: C, keys_max: usize) -> Self {
        let buckets = Buckets::new(quota, DashMapStateStore::default(), clock.clone());
        let counted = Counted {
            buckets,
            clock,
            hasher: RandomState::new(),
            shared: OnceLock::new(),
            keys_max,
            check_count: AtomicU64::new(0),
            is_crowded: AtomicBool::new(false),
        };
        Self { counted: Some(counted) }
    }

    /// Counts one more for whatever `key` names, and gives the key's hash; none where nothing is counted.
    pub fn check(&self, key: &(impl Hash + ?Sized)) -> Result<Option<u64>, RetryAfterMs> {
        let Some(counted) = &self.counted else { return Ok(None) };
        counted.bound_memory();
        let hash = counted.hash_of(key);
        counted.buckets.check_key(&counted.bucket_of(hash)).map(|()| Some(hash)).map_err(|refused| {
            let wait = refused.wait_time_from(counted.clock.now());
            RetryAfterMs(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1))
        })
    }

    /// Hashes keys from now on as every node of an installation does.
    pub(super) fn share(&self, hasher: &SharedHasher) {
        if let Some(counted) = &self.counted {
            // Set once, before anybody is counted.
            let _set_already = counted.shared.set(hasher.clone());
        }
    }

    /// Counts what another node has counted, as far as the burst goes.
    pub(super) fn spend(&self, hash: u64, count: u32) {
        let Some(counted) = &self.counted else { return };
        counted.bound_memory();
        let bucket = counted.bucket_of(hash);
        for _ in 0..count.min(SPENT_MAX) {
            if counted.buckets.check_key(&bucket).is_err() {
                return;
            }
        }
    }

    /// Forgets keys that could use their whole burst again. To be called about once a minute.
    pub fn sweep(&self) {
        if let Some(counted) = &self.counted {
            counted.sweep();
        }
    }

    /// How many keys are remembered.
    pub fn key_count(&self) -> usize {
        self.counted.as_ref().map_or(0, |counted| counted.buckets.len())
    }
}

impl<C: Clock> Counted<C> {
    fn hash_of(&self, key: &(impl Hash + ?Sized)) -> u64 {
        self.shared.get().map_or_else(|| self.hasher.hash_one(key), |shared| shared.hash_one(key))
    }

    fn bucket_of(&self, hash: u64) -> u64 {
        if self.is_crowded.load(Ordering::Relaxed) { hash % SHARED_KEY_COUNT } else { hash }
    }

    fn bound_memory(&self) {
        let check = self.check_count.fetch_add(1, Ordering::Relaxed);
        if check.is_multiple_of(CHECKS_PER_COUNT) && self.buckets.len() > self.keys_max {
            self.sweep();
        }
    }

    fn sweep(&self) {
        self.buckets.retain_recent();
        self.buckets.shrink_to_fit();
        self.is_crowded.store(self.buckets.len() > self.keys_max, Ordering::Relaxed);
    }
}

impl<C: Clock> fmt::Debug for Limiter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("is_lifted", &self.counted.is_none()).finish_non_exhaustive()
    }
}

/// What counts as one address: an IPv4 address, or the network of 64 bits that an IPv6 address is in.
#[must_use]
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX << (Ipv6Addr::BITS - IPV6_NETWORK_BITS);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;
    use std::time::Duration;

    fn limiter(count: u32) -> (Limiter<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Limiter::with_clock(Quota::per_minute(NonZeroU32::new(count).unwrap()), clock.clone(), 1_000), clock)
    }

    #[test]
    fn a_key_may_do_its_count_and_then_waits_for_the_next() {
        let (limiter, clock) = limiter(20);
        for _ in 0..20 {
            assert!(limiter.check("token").is_ok());
        }

        let RetryAfterMs(wait_ms) = limiter.check("token").unwrap_err();

        assert!((2_900..=3_001).contains(&wait_ms), "{wait_ms}");
        clock.advance(Duration::from_millis(wait_ms));
        assert!(limiter.check("token").is_ok());
        assert!(limiter.check("token").is_err());
    }

    #[test]
    fn keys_do_not_share_their_count() {
        let (limiter, _clock) = limiter(1);

        assert!(limiter.check("one").is_ok());
        assert!(limiter.check("two").is_ok());
        assert!(limiter.check("one").is_err());
    }

    #[test]
    fn a_sweep_forgets_keys_that_are_fresh_again_and_only_those() {
        let (limiter, clock) = limiter(60);
        for key in 0..100 {
            limiter.check(&key).unwrap();
        }
        clock.advance(Duration::from_secs(58));
        (0..60).for_each(|_| assert!(limiter.check("busy").is_ok()));
        clock.advance(Duration::from_secs(2));

        limiter.sweep();

        assert_eq!(limiter.key_count(), 1);
        (0..2).for_each(|_| assert!(limiter.check("busy").is_ok()));
        assert!(limiter.check("busy").is_err());
    }

    #[test]
    fn a_flood_of_keys_shares_counts_instead_of_growing_memory() {
        let (limiter, clock) = limiter(10);
        for key in 0..20_000 {
            let _refusals_are_expected = limiter.check(&key);
        }

        let bound = 1_000 + usize::try_from(SHARED_KEY_COUNT + CHECKS_PER_COUNT).unwrap();
        assert!(limiter.key_count() <= bound, "{}", limiter.key_count());
        clock.advance(Duration::from_secs(120));
        limiter.sweep();
        assert_eq!(limiter.key_count(), 0);
        (0..10).for_each(|_| assert!(limiter.check("calm again").is_ok()));
        assert!(limiter.check("calm again").is_err());
    }

    #[test]
    fn a_lifted_limiter_allows_everything_and_remembers_nothing() {
        let limiter = Limiter::lifted();

        (0..10_000).for_each(|_| assert!(limiter.check("token").is_ok()));
        assert_eq!(limiter.key_count(), 0);
    }
}
