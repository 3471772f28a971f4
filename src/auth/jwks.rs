//! A bounded cache of issuers' public keys (JWKS): one fetch at a time per issuer, cached as long as the response allows.

use super::identity::IdentityError;
use super::public_key::{KeySet, PublishedKeys, VerifyingKey};
use super::token_head::TokenHead;
use crate::clock::SharedClock;
use crate::outbound::{Gateway, HeaderMap, OutboundError, OutboundRequest, Trust, header};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use url::Url;

const MINUTE_MS: i64 = 60_000;
const TTL_MIN_MS: i64 = 5 * MINUTE_MS;
const TTL_MAX_MS: i64 = 24 * 60 * MINUTE_MS;
/// A token with an unknown key may be of a key just published, or made up: look again at once, but so often a minute.
const UNKNOWN_KEY_WAIT_MS: i64 = MINUTE_MS;
const UNKNOWN_KEY_LOOKS: usize = 3;
/// Time for which a failed fetch is not retried.
const FAILURE_WAIT_MS: i64 = 10_000;
/// One per channel with an issuer; beyond it the one that was fetched longest ago is fetched again when needed.
const ISSUERS_MAX: usize = 1_000;
const ANSWER_MAX_BYTES: usize = 256 * 1024;
const FETCH_TIMEOUT: Duration = Duration::from_secs(10);

type Fetch = Shared<BoxFuture<'static, ()>>;

/// The public keys of issuers, by the URL they stand at. Cheap to clone.
#[derive(Clone)]
pub struct JwksCache {
    gateway: Gateway,
    clock: SharedClock,
    entries: Arc<Mutex<HashMap<String, Entry>>>,
}

/// Invariant: `fetching` is set exactly while somebody may be waiting for it.
#[derive(Default)]
struct Entry {
    fetched: Option<Fetched>,
    last_attempt_ms: Option<i64>,
    /// When it was looked for keys that nobody knew, within the last minute.
    unknown_looks_ms: Vec<i64>,
    failure: Option<OutboundError>,
    fetching: Option<Fetch>,
}

#[derive(Clone)]
struct Fetched {
    keys: Arc<KeySet>,
    at_ms: i64,
    fresh_until_ms: i64,
}

enum Next {
    Use(VerifyingKey),
    Refuse(IdentityError),
    Await(Fetch),
}

impl JwksCache {
    /// Fetches through `gateway` and counts time by `clock`.
    pub fn new(gateway: Gateway, clock: SharedClock) -> Self {
        Self { gateway, clock, entries: Arc::default() }
    }

    /// Finds the key a token names among those published at `url`.
    pub(super) async fn find(&self, url: &Url, head: &TokenHead) -> Result<VerifyingKey, IdentityError> {
        // The second look finds what the fetch brought; an attempt just made is never due again.
        for may_fetch in [true, false] {
            match self.decide(url, head, may_fetch) {
                Next::Use(key) => return Ok(key),
                Next::Refuse(error) => return Err(error),
                Next::Await(fetch) => fetch.await,
            }
        }
        Err(unknown_key())
    }

    fn decide(&self, url: &Url, head: &TokenHead, may_fetch: bool) -> Next {
        let now_ms = self.clock.now_ms();
        let mut entries = self.lock();
        let entry = entry_of(&mut entries, url);
        let found = entry.fetched.as_ref().and_then(|fetched| fetched.keys.find(head));
        let (is_fresh, is_usable) = match &entry.fetched {
            Some(fetched) => (fetched.is_fresh(now_ms), fetched.is_usable(now_ms)),
            None => (false, false),
        };
        match found {
            Some(key) if is_fresh => return Next::Use(key),
            // The issuer is down: keys fetched within the last day stay valid.
            Some(key) if is_usable && !entry.is_due(now_ms, FAILURE_WAIT_MS) && entry.fetching.is_none() => {
                return Next::Use(key);
            }
            _ => {}
        }
        if let Some(fetch) = &entry.fetching {
            return Next::Await(fetch.clone());
        }
        let is_due = match (is_fresh, &entry.failure) {
            (false, _) => entry.is_due(now_ms, FAILURE_WAIT_MS),
            (true, Some(_)) => entry.is_due(now_ms, UNKNOWN_KEY_WAIT_MS),
            (true, None) => may_fetch && entry.may_look_for_unknown(now_ms),
        };
        if !is_due || !may_fetch {
            let failure = entry.failure.clone().map(IdentityError::from);
            return Next::Refuse(failure.unwrap_or_else(unknown_key));
        }
        entry.last_attempt_ms = Some(now_ms);
        let fetch = self.clone().fetch(url.clone()).boxed().shared();
        entry.fetching = Some(fetch.clone());
        Next::Await(fetch)
    }

    /// Fetches and stores. Runs in whoever waits for it, also when the first of them has gone.
    async fn fetch(self, url: Url) {
        let mut request = OutboundRequest::get(url.clone(), Trust::Org);
        request.max_bytes = Some(ANSWER_MAX_BYTES);
        request.timeout = Some(FETCH_TIMEOUT);
        let answer = self.gateway.get_json::<PublishedKeys>(request).await;
        let now_ms = self.clock.now_ms();
        let mut entries = self.lock();
        let entry = entry_of(&mut entries, &url);
        entry.fetching = None;
        match answer {
            Ok((published, headers)) => {
                let keys = Arc::new(KeySet::read(published));
                let fresh_until_ms = now_ms.saturating_add(ttl_ms(&headers));
                entry.fetched = Some(Fetched { keys, at_ms: now_ms, fresh_until_ms });
                entry.failure = None;
            }
            Err(failure) => entry.failure = Some(failure),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Whether a key that nobody knows may be looked for now; counts the look.
    fn may_look_for_unknown(&mut self, now_ms: i64) -> bool {
        self.unknown_looks_ms.retain(|at| (0..UNKNOWN_KEY_WAIT_MS).contains(&(now_ms - at)));
        let may_look = self.unknown_looks_ms.len() < UNKNOWN_KEY_LOOKS;
        if may_look {
            self.unknown_looks_ms.push(now_ms);
        }
        may_look
    }

    /// A clock that was set back makes everything due.
    fn is_due(&self, now_ms: i64, wait_ms: i64) -> bool {
        self.last_attempt_ms.is_none_or(|last_ms| now_ms < last_ms || now_ms - last_ms >= wait_ms)
    }
}

impl Fetched {
    fn is_fresh(&self, now_ms: i64) -> bool {
        (self.at_ms..self.fresh_until_ms).contains(&now_ms)
    }

    fn is_usable(&self, now_ms: i64) -> bool {
        (self.at_ms..self.at_ms.saturating_add(TTL_MAX_MS)).contains(&now_ms)
    }
}

fn unknown_key() -> IdentityError {
    IdentityError::BadToken { reason: "is signed with a key its issuer does not publish" }
}

fn entry_of<'a>(entries: &'a mut HashMap<String, Entry>, url: &Url) -> &'a mut Entry {
    if entries.len() >= ISSUERS_MAX && !entries.contains_key(url.as_str()) {
        let idle = entries.iter().filter(|(_, entry)| entry.fetching.is_none());
        let oldest = idle.min_by_key(|(_, entry)| entry.last_attempt_ms).map(|(url, _)| url.clone());
        oldest.and_then(|url| entries.remove(&url));
    }
    entries.entry(url.as_str().to_owned()).or_default()
}

/// How long the answer stays true by its `Cache-Control`, between 5 minutes and 24 hours.
fn ttl_ms(headers: &HeaderMap) -> i64 {
    let lines = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|line| line.to_str().ok());
    let mut directives = lines.flat_map(|line| line.split(',')).map(str::trim);
    let max_age_s = directives.find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        let is_max_age = name.trim().eq_ignore_ascii_case("max-age");
        is_max_age.then(|| value.trim().trim_matches('"').parse::<i64>().ok())?
    });
    max_age_s.unwrap_or(0).saturating_mul(1_000).clamp(TTL_MIN_MS, TTL_MAX_MS)
}

impl fmt::Debug for JwksCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwksCache").field("issuer_count", &self.lock().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ttl_of(cache_control: &str) -> i64 {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, cache_control.parse().unwrap());
        ttl_ms(&headers)
    }

    #[test]
    fn keys_are_kept_as_long_as_their_server_says_within_bounds() {
        assert_eq!(ttl_of("public, max-age=19845, must-revalidate, no-transform"), 19_845_000);
        assert_eq!(ttl_of("max-age=1"), TTL_MIN_MS);
        assert_eq!(ttl_of("no-store"), TTL_MIN_MS);
        assert_eq!(ttl_of("max-age=nonsense"), TTL_MIN_MS);
        assert_eq!(ttl_of("Max-Age=\"99999999999999999\""), TTL_MAX_MS);
        assert_eq!(ttl_ms(&HeaderMap::new()), TTL_MIN_MS);
    }

    #[test]
    fn the_number_of_issuers_is_bounded() {
        let mut entries = HashMap::new();
        for number in 0..ISSUERS_MAX + 50 {
            let url = Url::parse(&format!("https://issuer-{number}.example.com/")).unwrap();
            entry_of(&mut entries, &url).last_attempt_ms = i64::try_from(number).ok();
        }

        assert_eq!(entries.len(), ISSUERS_MAX);
        assert!(entries.contains_key(&format!("https://issuer-{}.example.com/", ISSUERS_MAX + 49)));
        assert!(!entries.contains_key("https://issuer-0.example.com/"));
    }
}
