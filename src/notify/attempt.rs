//! One attempt of one delivery, and the state that follows from its outcome.

use std::time::Duration;

use rooms::OrgId;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Notifier;
use super::backoff::jittered;
use super::signature::{SignedRequest, signed_request};
use crate::model::{DeliveryOutcome, DeliveryRecord, WebhookRecord, old_secret_field, webhook_secret_field};
use crate::outbound::{HeaderMap, OutboundError, StatusCode};
use crate::refusal::log_unanswered;

/// Tries of one delivery: with the waits between them about 15 hours.
const ATTEMPTS_MAX: i64 = 10;
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3_600);
/// Maximum bytes read of a receiver's response, which is discarded.
const ANSWER_MAX_BYTES: usize = 65_536;

/// What a try showed.
struct Shown {
    status: Option<StatusCode>,
    error: Option<String>,
    may_pass: bool,
    asked_wait: Option<Duration>,
}

impl Notifier {
    /// Sends a delivery once and notes its outcome.
    pub(super) async fn send_delivery(&self, delivery: DeliveryRecord, webhook: WebhookRecord) {
        let org = webhook.org_id;
        let shown = self.attempt(org, &delivery, &webhook).await;
        let is_gone = shown.status == Some(StatusCode::GONE);
        let is_over = is_gone || !shown.may_pass || delivery.attempts >= ATTEMPTS_MAX;
        let now = self.now();
        let again_at = (shown.error.is_some() && !is_over).then(|| {
            let failed_count = u32::try_from(delivery.attempts).unwrap_or(u32::MAX);
            let wait = jittered(FIRST_WAIT, LONGEST_WAIT, failed_count);
            let wait = shown.asked_wait.map_or(wait, |asked| wait.max(asked.min(LONGEST_WAIT)));
            now.plus_ms(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
        });
        if let Some(error) = &shown.error {
            tracing::debug!(webhook.id = %webhook.id, attempts = delivery.attempts, "a delivery failed: {error}");
        }
        let outcome = DeliveryOutcome {
            status: shown.status.map(|status| status.as_u16()),
            error: shown.error,
            again_at,
        };
        // If this cannot be stored, it is sent again when the claim expires: at least once.
        if let Err(error) =
            self.parts.base.db.deliveries().note(&delivery, self.parts.base.node, &outcome, now).await
        {
            log_unanswered(&error, "could not store or load deliveries");
        }
        if is_gone {
            tracing::info!(webhook.id = %webhook.id, "webhook {} responded with 410 Gone and was disabled", webhook.id);
            if let Err(error) = self.parts.base.db.webhooks().retire(org, webhook.id).await {
                log_unanswered(&error, "could not store or load deliveries");
            }
        }
    }

    async fn attempt(&self, org: OrgId, delivery: &DeliveryRecord, webhook: &WebhookRecord) -> Shown {
        let never = |reason: &str| Shown::without_answer(reason, false);
        let field = webhook_secret_field(webhook.id);
        let sealed = match self.parts.base.db.secrets().get(org, &field).await {
            Ok(Some(sealed)) => sealed,
            Ok(None) => return never("its secret is gone"),
            Err(error) => {
                log_unanswered(&error, "could not store or load deliveries");
                return Shown { may_pass: true, ..never("storage could not be read") };
            }
        };
        let Ok(secret) = self.parts.keys.open(&org.to_string(), &field, &sealed) else {
            return never("its secret does not open with the master key");
        };
        let old = match self.old_secret(org, &field).await {
            Ok(old) => old,
            Err(reason) => return Shown { may_pass: true, ..never(reason) },
        };
        // Who knows only the old secret goes on; who knows the new one finds its signature beside.
        let (signing, beside) = match &old {
            Some(old) => (old, Some(secret.expose_secret())),
            None => (&secret, None),
        };
        let Ok(url) = Url::parse(&webhook.url) else { return never("target_bad_url") };
        let id = delivery.id.to_string();
        let what = SignedRequest {
            url: &url,
            event: &delivery.kind,
            delivery: &id,
            body: delivery.body.clone(),
            secret: signing.expose_secret(),
            new_secret: beside,
        };
        let mut request = signed_request(what, self.now());
        request.timeout = Some(Duration::from_secs(self.parts.base.settings.webhook_timeout_s));
        request.max_bytes = Some(ANSWER_MAX_BYTES);
        match self.parts.base.gateway.request(request).await {
            Ok(answer) => of_status(answer.status, &answer.headers),
            Err(OutboundError::TooLarge { .. }) => of_status(StatusCode::OK, &HeaderMap::new()),
            Err(error) => Shown::without_answer(error.code(), error.may_pass()),
        }
    }

    /// The old secret of a webhook while it signs.
    async fn old_secret(&self, org: OrgId, field: &str) -> Result<Option<SecretString>, &'static str> {
        let old = self.parts.base.db.secrets().old(org, field, self.now()).await.map_err(|error| {
            log_unanswered(&error, "could not store or load deliveries");
            "storage could not be read"
        })?;
        let Some(old) = old else { return Ok(None) };
        let opened = self.parts.keys.open(&org.to_string(), &old_secret_field(field), &old.sealed);
        opened.map(Some).map_err(|_| "its secret does not open with the master key")
    }
}

impl Shown {
    fn without_answer(reason: &str, may_pass: bool) -> Self {
        Self { status: None, error: Some(reason.to_owned()), may_pass, asked_wait: None }
    }
}

fn of_status(status: StatusCode, headers: &HeaderMap) -> Shown {
    let error = (!status.is_success()).then(|| "target_bad_status".to_owned());
    Shown { status: Some(status), error, may_pass: true, asked_wait: crate::outbound::retry_after(headers) }
}
