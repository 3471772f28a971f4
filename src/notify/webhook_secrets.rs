//! Rotating the secrets that webhooks are signed with, on behalf of a principal.

use std::collections::HashMap;

use rooms::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use super::Notifier;
use crate::audit::{Act, Note};
use crate::auth::Principal;
use crate::crypto::{Overlap, hint};
use crate::ids;
use crate::model::{WebhookId, WebhookRecord, webhook_secret_field};
use crate::refusal::ServiceError;
use crate::wire::rfc3339;

impl Notifier {
    /// Gives a webhook a new secret, to be shown once. The old one signs for `overlap` more, the new one beside it;
    /// without an overlap the new one alone signs from now on.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn rotate_webhook_secret(
        &self,
        principal: &Principal,
        id: &str,
        overlap: Overlap,
    ) -> Result<(WebhookRecord, SecretString, Option<Timestamp>), ServiceError> {
        let mut record = self.webhook(principal, id).await?;
        let (org, now, field) = (principal.org, self.now(), webhook_secret_field(record.id));
        let secret = ids::random_token(ids::WEBHOOK_SECRET).into_string();
        record.secret_hint = hint(&secret);
        let (db, keys) = (&self.parts.base.db, &self.parts.keys);
        let current = db.secrets().get(org, &field).await?;
        let old = current.and_then(|sealed| overlap.keep(keys, org, &field, &sealed, now));
        let until = old.as_ref().map(|old| old.expires_at);
        let made = json!({ "secret_hint": record.secret_hint, "old_signs_until": until.map(rfc3339) });
        let note = Note::by(principal, Act::WebhookSecretRotated, now).on(record.id).made(made);
        let sealed = keys.seal(&org.to_string(), &field, &secret);
        db.noting(note).secrets().rotate(org, &field, &sealed, old.as_ref(), now).await?;
        db.webhooks().set_secret_hint(org, record.id, &record.secret_hint).await?;
        Ok((record, SecretString::from(secret), until))
    }

    /// Stops signing with the old secret of a webhook now.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, also where there is no old one.
    pub async fn end_old_webhook_secret(&self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let record = self.webhook(principal, id).await?;
        let note = Note::by(principal, Act::WebhookOldSecretEnded, self.now()).on(record.id);
        let db = self.parts.base.db.noting(note);
        let ended = db.secrets().end_old(principal.org, &webhook_secret_field(record.id)).await?;
        if ended { Ok(()) } else { Err(ServiceError::not_found()) }
    }

    /// Until when old secrets sign, by the webhooks that have one.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn old_webhook_secrets(
        &self,
        webhooks: &[WebhookRecord],
    ) -> Result<HashMap<WebhookId, Timestamp>, ServiceError> {
        let (secrets, now) = (self.parts.base.db.secrets(), self.now());
        let mut until = HashMap::new();
        for webhook in webhooks {
            let field = webhook_secret_field(webhook.id);
            if let Some(old) = secrets.old(webhook.org_id, &field, now).await? {
                until.insert(webhook.id, old.expires_at);
            }
        }
        Ok(until)
    }
}
