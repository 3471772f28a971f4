//! Managing the webhooks of an org and their deliveries on behalf of a principal.

use rooms::OrgId;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::Notifier;
use super::events::event;
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::crypto::hint;
use crate::ids;
use crate::model::{
    DeliveryFilter, DeliveryRecord, EventKind, WebhookId, WebhookRecord, webhook_secret_field,
};
use crate::outbound::Trust;
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

/// Webhooks of one org: each costs a delivery per event.
const WEBHOOKS_MAX: usize = 20;
const SECRET_MIN_CHARS: usize = 16;
const SECRET_MAX_CHARS: usize = 256;

/// Fields of a webhook; `None` leaves one, and a new one has its default.
#[derive(Debug, Default)]
pub struct WebhookFields {
    /// Where it is.
    pub url: Option<String>,
    /// The kinds it wants; nothing means all.
    pub kinds: Option<Vec<String>>,
    /// Whether it is sent anything.
    pub active: Option<bool>,
    /// Its secret; a new webhook without one gets one.
    pub secret: Option<SecretString>,
}

impl Notifier {
    /// The webhooks of the caller's org, secrets as hints only.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn webhooks(&self, principal: &Principal) -> Result<Vec<WebhookRecord>, ServiceError> {
        Right::ManageWebhooks.check(principal)?;
        self.parts.base.db.webhooks().list(principal.org).await.map_err(ServiceError::from)
    }

    /// Adds a webhook; gives the secret too where it was made here, to be shown once.
    ///
    /// # Errors
    /// `forbidden`, `bad_request`, `too_large` where there are too many.
    pub async fn add_webhook(
        &self,
        principal: &Principal,
        fields: WebhookFields,
    ) -> Result<(WebhookRecord, Option<SecretString>), ServiceError> {
        let known = self.webhooks(principal).await?;
        if known.len() >= WEBHOOKS_MAX {
            return Err(ServiceError::new(ErrorCode::TooLarge, "an org has at most 20 webhooks"));
        }
        if fields.url.is_none() {
            return Err(ServiceError::bad_request("url is needed"));
        }
        let made = fields
            .secret
            .is_none()
            .then(|| SecretString::from(ids::random_token(ids::WEBHOOK_SECRET).into_string()));
        let secret = fields.secret.clone().or_else(|| made.clone());
        let record = WebhookRecord {
            id: WebhookId::new(),
            org_id: principal.org,
            url: String::new(),
            kinds: String::new(),
            active: true,
            secret_hint: String::new(),
            created_at: self.now().0,
        };
        let fields = WebhookFields { secret, ..fields };
        let record = self.store_webhook(principal, None, record, fields).await?;
        Ok((record, made))
    }

    /// Changes a webhook.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request`.
    pub async fn change_webhook(
        &self,
        principal: &Principal,
        id: &str,
        fields: WebhookFields,
    ) -> Result<WebhookRecord, ServiceError> {
        let record = self.webhook(principal, id).await?;
        self.store_webhook(principal, Some(&record.clone()), record, fields).await
    }

    /// Removes a webhook with everything that waits for it.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn remove_webhook(&self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let record = self.webhook(principal, id).await?;
        let note = Note::by(principal, Act::WebhookRemoved, self.now()).on(record.id).gone(audited(&record));
        let db = self.parts.base.db.noting(note);
        let removed = db.webhooks().remove(principal.org, record.id).await?;
        if removed { Ok(()) } else { Err(ServiceError::not_found()) }
    }

    /// Sends a webhook an event of the kind `webhook.test`; what comes of it is among the deliveries.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn test_webhook(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<DeliveryRecord, ServiceError> {
        let webhook = self.webhook(principal, id).await?;
        let data = json!({ "message": "It works." });
        let event = event(EventKind::WebhookTest, principal.org, &data, self.now());
        self.write(principal.org, webhook.id, event.kind, &event.body).await
    }

    /// Deliveries of the caller's org, the newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn deliveries(
        &self,
        principal: &Principal,
        filter: &DeliveryFilter,
    ) -> Result<Vec<DeliveryRecord>, ServiceError> {
        Right::ManageWebhooks.check(principal)?;
        self.parts.base.db.deliveries().list(principal.org, filter).await.map_err(ServiceError::from)
    }

    /// Sends a delivery again as a new one; the event inside keeps its id.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, also where its webhook is gone.
    pub async fn replay_delivery(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<DeliveryRecord, ServiceError> {
        Right::ManageWebhooks.check(principal)?;
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        let found = self.parts.base.db.deliveries().get(principal.org, id).await?;
        let old = found.ok_or_else(ServiceError::not_found)?;
        let webhook = self.known_webhook(principal, old.webhook_id).await?;
        self.write(principal.org, webhook.id, &old.kind, &old.body).await
    }

    async fn write(
        &self,
        org: OrgId,
        webhook: WebhookId,
        kind: &str,
        body: &str,
    ) -> Result<DeliveryRecord, ServiceError> {
        let written = self.parts.base.db.deliveries().add(org, webhook, kind, body, self.now()).await;
        written.map_err(ServiceError::from)
    }

    pub(super) async fn webhook(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<WebhookRecord, ServiceError> {
        Right::ManageWebhooks.check(principal)?;
        let id = id.parse().map_err(|_| ServiceError::not_found())?;
        self.known_webhook(principal, id).await
    }

    async fn known_webhook(
        &self,
        principal: &Principal,
        id: WebhookId,
    ) -> Result<WebhookRecord, ServiceError> {
        let known = self.webhooks(principal).await?;
        known.into_iter().find(|one| one.id == id).ok_or_else(ServiceError::not_found)
    }

    async fn store_webhook(
        &self,
        principal: &Principal,
        before: Option<&WebhookRecord>,
        mut record: WebhookRecord,
        fields: WebhookFields,
    ) -> Result<WebhookRecord, ServiceError> {
        let org = principal.org;
        if let Some(url) = &fields.url {
            record.url = self.check_url(url)?;
        }
        if let Some(kinds) = fields.kinds {
            record.kinds = check_kinds(&kinds)?;
        }
        record.active = fields.active.unwrap_or(record.active);
        let sealed = match &fields.secret {
            Some(secret) => {
                let secret = check_secret(secret.expose_secret())?;
                record.secret_hint = hint(secret);
                Some(self.parts.keys.seal(&org.to_string(), &webhook_secret_field(record.id), secret))
            }
            None => None,
        };
        let now = self.now();
        let note = match before {
            None => Note::by(principal, Act::WebhookAdded, now).made(audited(&record)),
            Some(before) => {
                Note::by(principal, Act::WebhookChanged, now).change(audited(before), audited(&record))
            }
        };
        let db = self.parts.base.db.noting(note.on(record.id));
        db.webhooks().put(org, &record, sealed.as_deref(), now).await?;
        Ok(record)
    }

    fn check_url(&self, text: &str) -> Result<String, ServiceError> {
        let url = Url::parse(text.trim()).map_err(|_| ServiceError::bad_request("url is not a URL"))?;
        let refused = |error| ServiceError::bad_request(format!("url cannot be used: {error}"));
        self.parts.base.gateway.check_url(&url, Trust::Org).map_err(refused)?;
        Ok(url.into())
    }
}

/// What the audit log shows of a webhook; the query of its address often holds a secret.
fn audited(record: &WebhookRecord) -> Value {
    json!({
        "url": record.url.split('?').next().unwrap_or_default(),
        "kinds": record.kinds,
        "active": record.active,
        "secret_hint": record.secret_hint,
    })
}

fn check_kinds(kinds: &[String]) -> Result<String, ServiceError> {
    let mut known = Vec::new();
    for kind in kinds {
        let found = EventKind::ALL.iter().find(|one| one.as_str() == kind);
        let found = found.ok_or_else(|| {
            let names: Vec<&str> = EventKind::ALL.iter().map(|one| one.as_str()).collect();
            ServiceError::bad_request(format!("kinds must be some of: {}", names.join(", ")))
        })?;
        if !known.contains(&found.as_str()) {
            known.push(found.as_str());
        }
    }
    Ok(known.join(","))
}

/// A secret signs; one that is guessed signs for everybody.
fn check_secret(text: &str) -> Result<&str, ServiceError> {
    let text = text.trim();
    let is_plain = text.chars().all(|c| c.is_ascii_graphic());
    if is_plain && (SECRET_MIN_CHARS..=SECRET_MAX_CHARS).contains(&text.len()) {
        return Ok(text);
    }
    Err(ServiceError::bad_request("secret must be 16 to 256 visible characters without spaces"))
}
