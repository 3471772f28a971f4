//! Sends what agents are told of to their browsers, over the push services of those; tries again, and forgets browsers
//! that are gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rooms::OrgId;
use secrecy::ExposeSecret as _;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use super::push::{SealedTarget, vapid_key};
use crate::base::Base;
use crate::crypto::{MasterKeys, PushKeys};
use crate::limits::{Place, Shares};
use crate::model::{PushSubscription, push_subscription_field};
use crate::outbound::{
    HeaderMap, HeaderName, HeaderValue, Method, OutboundError, OutboundRequest, StatusCode, Trust, header,
    retry_after,
};
use crate::refusal::log_unanswered;
use crate::telemetry::metrics::PUSHES;

/// Messages that wait for a place; what comes beyond them is not sent, which is counted.
const WAITING_MAX: usize = 1_024;
/// Messages on their way, those that wait for their next try included: of all orgs, and of one.
const UNDERWAY_MAX: usize = 1_024;
const ORG_UNDERWAY_MAX: usize = 128;
/// Requests at the same time: of all orgs, and of one.
const AT_ONCE: usize = 16;
const ORG_AT_ONCE: usize = 4;
const TIMEOUT: Duration = Duration::from_secs(10);
/// Waits before the second, third and fourth try.
const WAITS: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30)];
const LONGEST_WAIT: Duration = Duration::from_secs(120);
const ANSWER_MAX_BYTES: usize = 65_536;
/// How long a push service may take the token that says who sends: half of what is allowed.
const TOKEN_SECONDS: i64 = 12 * 3_600;

/// A message for one browser.
#[derive(Debug, Clone)]
pub(super) struct PushMessage {
    pub(super) subscription: PushSubscription,
    pub(super) body: Vec<u8>,
    /// How long it is worth something, in seconds.
    pub(super) ttl_s: u32,
    pub(super) is_urgent: bool,
    /// A later message of the same topic takes its place while the browser is away.
    pub(super) topic: Option<String>,
}

/// The queue of messages to browsers. Cheap to clone; adding never waits.
#[derive(Debug, Clone)]
pub(super) struct PushQueue(mpsc::Sender<PushMessage>);

impl PushQueue {
    pub(super) fn new() -> (Self, mpsc::Receiver<PushMessage>) {
        let (queue, waiting) = mpsc::channel(WAITING_MAX);
        (Self(queue), waiting)
    }

    pub(super) fn push(&self, message: PushMessage) {
        if self.0.try_send(message).is_err() {
            count("dropped");
        }
    }
}

/// Sends messages until the server stops.
pub(super) async fn run(base: Base, keys: Arc<MasterKeys>, mut waiting: mpsc::Receiver<PushMessage>) {
    let sender = Sender { base, keys, places: Shares::new(AT_ONCE, ORG_AT_ONCE), has_warned: Arc::default() };
    let (mut sending, underway) = (JoinSet::new(), Shares::new(UNDERWAY_MAX, ORG_UNDERWAY_MAX));
    while let Some(message) = waiting.recv().await {
        while sending.try_join_next().is_some() {}
        // Nobody waits here, so that the messages of one org never stand before those of another.
        match underway.try_take(message.subscription.org) {
            Some(place) => {
                sending.spawn(sender.clone().send(message, place));
            }
            None => count("dropped"),
        }
    }
}

/// What became of a try.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Sent,
    /// The browser is gone for good.
    Gone,
    /// Another try may do better, after this long where the service said so.
    Later(Option<Duration>),
    Refused(String),
}

#[derive(Clone)]
struct Sender {
    base: Base,
    keys: Arc<MasterKeys>,
    /// Requests at the same time.
    places: Shares<OrgId>,
    has_warned: Arc<AtomicBool>,
}

impl Sender {
    /// The message has its place among those on their way until it is sent or given up.
    async fn send(self, message: PushMessage, _underway: Place) {
        let subscription = &message.subscription;
        for wait in WAITS.iter().copied().map(Some).chain([None]) {
            match self.attempt(&message).await {
                Outcome::Sent => return count("sent"),
                Outcome::Gone => {
                    count("gone");
                    let browsers = self.base.db.push_subscriptions();
                    if let Err(error) = browsers.remove(subscription.org, None, subscription.id).await {
                        log_unanswered(&error, "could not remove a browser that is gone");
                    }
                    return;
                }
                Outcome::Refused(reason) => {
                    self.tell_of_refusal(subscription, &reason);
                    return count("failed");
                }
                Outcome::Later(asked) => match wait {
                    Some(wait) => {
                        tokio::time::sleep(wait.max(asked.unwrap_or_default()).min(LONGEST_WAIT)).await
                    }
                    None => count("failed"),
                },
            }
        }
    }

    /// The first one stands in the log, the others are for who looks closer.
    fn tell_of_refusal(&self, subscription: &PushSubscription, reason: &str) {
        if self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::debug!(subscription.id = %subscription.id, "a push was refused: {reason}");
        } else {
            tracing::warn!(subscription.id = %subscription.id, "a push was refused: {reason}; more of these are logged as debug");
        }
    }

    async fn attempt(&self, message: &PushMessage) -> Outcome {
        let _place = self.places.take(message.subscription.org).await;
        let request = match self.request(message).await {
            Ok(request) => request,
            Err(reason) => return Outcome::Refused(reason),
        };
        match self.base.gateway.request(request).await {
            Ok(answer) => outcome(answer.status, &answer.headers),
            Err(OutboundError::TooLarge { .. }) => Outcome::Sent,
            Err(error) if error.may_pass() => Outcome::Later(None),
            Err(error) => Outcome::Refused(error.code().to_owned()),
        }
    }

    /// Encrypted anew for each try, as the keys of a message are used once.
    async fn request(&self, message: &PushMessage) -> Result<OutboundRequest, String> {
        let subscription = &message.subscription;
        let (org, field) = (subscription.org, push_subscription_field(subscription.id));
        let plain = self
            .keys
            .open(&org.to_string(), &field, &subscription.sealed)
            .map_err(|error| error.to_string())?;
        let target: SealedTarget =
            serde_json::from_str(plain.expose_secret()).map_err(|_| "it is damaged".to_owned())?;
        let url = Url::parse(&target.endpoint).map_err(|_| "its endpoint is no URL".to_owned())?;
        let keys = PushKeys::parse(&target.p256dh, &target.auth).ok_or("its keys are none")?;
        let body = keys.encrypt(&message.body).ok_or("it is too long")?;
        let vapid =
            vapid_key(&self.base, &self.keys, org).await.map_err(|_| "there is no key to sign with")?;
        let expires_at_s = self.base.now().0 / 1_000 + TOKEN_SECONDS;
        let audience = url.origin().ascii_serialization();
        let authorization = vapid.authorization(&audience, expires_at_s, &self.subject());
        let mut request = OutboundRequest::new(Method::POST, url, Trust::Org);
        request.headers = headers(message, &authorization);
        request.body = body.into();
        request.timeout = Some(TIMEOUT);
        request.max_bytes = Some(ANSWER_MAX_BYTES);
        Ok(request)
    }

    /// How the operator of a push service reaches the operator of this server.
    fn subject(&self) -> String {
        match &self.base.settings.public_url {
            Some(url) if url.scheme() == "https" => url.to_string(),
            _ => format!("mailto:{}", address_of(&self.base.settings.mail_from)),
        }
    }
}

/// The address in `Name <address>`.
fn address_of(sender: &str) -> &str {
    sender.rsplit_once('<').map_or(sender, |(_, address)| address.trim_end_matches('>')).trim()
}

fn headers(message: &PushMessage, authorization: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let ttl = message.ttl_s.to_string();
    let urgency = if message.is_urgent { "high" } else { "normal" };
    let topic = message.topic.as_deref().unwrap_or_default();
    for (name, value) in [
        (header::AUTHORIZATION, authorization),
        (header::CONTENT_ENCODING, "aes128gcm"),
        (header::CONTENT_TYPE, "application/octet-stream"),
        (HeaderName::from_static("ttl"), &ttl),
        (HeaderName::from_static("urgency"), urgency),
        (HeaderName::from_static("topic"), topic),
    ] {
        if let Ok(value) = HeaderValue::from_str(value)
            && !value.is_empty()
        {
            headers.insert(name, value);
        }
    }
    headers
}

fn outcome(status: StatusCode, headers: &HeaderMap) -> Outcome {
    match status {
        _ if status.is_success() => Outcome::Sent,
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS => Outcome::Later(retry_after(headers)),
        _ if status.is_server_error() => Outcome::Later(retry_after(headers)),
        _ => Outcome::Refused(format!("status {}", status.as_u16())),
    }
}

fn count(outcome: &'static str) {
    metrics::counter!(PUSHES, "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_org_never_has_every_place() {
        let (shares, busy, quiet) = (Shares::new(UNDERWAY_MAX, ORG_UNDERWAY_MAX), OrgId(1), OrgId(2));
        let taken: Vec<Place> = std::iter::from_fn(|| shares.try_take(busy)).take(UNDERWAY_MAX).collect();

        assert_eq!(taken.len(), ORG_UNDERWAY_MAX);
        assert!(shares.try_take(quiet).is_some());
        drop(taken);
        assert!(shares.try_take(busy).is_some(), "what has ended makes room");
    }

    #[test]
    fn the_sender_is_reached_at_the_address_of_the_mails() {
        assert_eq!(address_of("Switchboard <help@example.com>"), "help@example.com");
        assert_eq!(address_of("help@example.com"), "help@example.com");
    }

    #[test]
    fn what_a_push_service_answers_says_what_becomes_of_message_and_browser() {
        let mut busy = HeaderMap::new();
        busy.insert(header::RETRY_AFTER, HeaderValue::from_static("7"));
        let answer =
            |status: u16, headers: &HeaderMap| outcome(StatusCode::from_u16(status).unwrap(), headers);
        let none = HeaderMap::new();

        assert_eq!(answer(201, &none), Outcome::Sent);
        assert_eq!([answer(404, &none), answer(410, &none)], [Outcome::Gone, Outcome::Gone]);
        assert_eq!(answer(429, &busy), Outcome::Later(Some(Duration::from_secs(7))));
        assert_eq!(answer(503, &none), Outcome::Later(None));
        assert_eq!(answer(403, &none), Outcome::Refused("status 403".to_owned()));
        assert_eq!(answer(301, &none), Outcome::Refused("status 301".to_owned()), "nothing follows it");
    }
}
