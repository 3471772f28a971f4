//! Browsers in which an agent is told of things while no page is open: subscribing, and the key to do so with.

use rooms::OrgId;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::auth::{Principal, Right};
use crate::base::Base;
use crate::crypto::{MasterKeys, PushKeys, VapidKey};
use crate::ids;
use crate::model::{PushSubscription, PushSubscriptionId, VAPID_KEY_FIELD, push_subscription_field};
use crate::outbound::{Trust, is_allowed_range};
use crate::refusal::ServiceError;

/// Browsers of one agent; a further one takes the place of the oldest.
const SUBSCRIPTIONS_MAX: i64 = 10;
const ENDPOINT_MAX_BYTES: usize = 2_048;
const NAME_MAX_CHARS: usize = 100;

/// What a browser gives when its agent agrees.
#[derive(Debug, Clone)]
pub struct NewPushSubscription {
    /// Where its push service takes messages.
    pub endpoint: String,
    /// Its public key.
    pub p256dh: String,
    /// Its secret.
    pub auth: String,
    /// The language of the page.
    pub locale: String,
    /// What the agent calls the browser.
    pub name: String,
}

/// What is sealed of a subscription.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedTarget {
    pub(super) endpoint: String,
    pub(super) p256dh: String,
    pub(super) auth: String,
}

/// The caller's own browsers.
#[derive(Debug, Clone, Copy)]
pub struct OwnPush<'a> {
    base: &'a Base,
    keys: &'a MasterKeys,
}

impl<'a> OwnPush<'a> {
    pub(super) fn new(base: &'a Base, keys: &'a MasterKeys) -> Self {
        Self { base, keys }
    }

    /// What browsers subscribe with, and the caller's browsers.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers.
    pub async fn get(self, principal: &Principal) -> Result<(String, Vec<PushSubscription>), ServiceError> {
        Right::ReadNotifications.check(principal)?;
        let key = vapid_key(self.base, self.keys, principal.org).await?;
        let own = self
            .base
            .db
            .push_subscriptions()
            .of(&[(principal.org, principal.user.id)], self.base.now())
            .await?;
        Ok((key.public(), own))
    }

    /// Stores a browser of the caller's, in place of what was known of it.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for an endpoint that is not public or not encrypted, and for what is no key.
    pub async fn subscribe(
        self,
        principal: &Principal,
        new: NewPushSubscription,
    ) -> Result<PushSubscription, ServiceError> {
        Right::ReadNotifications.check(principal)?;
        self.check(&new)?;
        let (org, id) = (principal.org, PushSubscriptionId::new());
        let target = SealedTarget { endpoint: new.endpoint, p256dh: new.p256dh, auth: new.auth };
        let plain = serde_json::to_string(&target).map_err(ServiceError::internal)?;
        let subscription = PushSubscription {
            id,
            org,
            agent: principal.user.id,
            session: principal.session(),
            locale: new.locale,
            name: new.name.chars().filter(|one| !one.is_control()).take(NAME_MAX_CHARS).collect(),
            endpoint_hash: ids::hash_token(&target.endpoint),
            sealed: self.keys.seal(&org.to_string(), &push_subscription_field(id), &plain),
            created_at: self.base.now(),
        };
        self.base.db.push_subscriptions().put(&subscription, SUBSCRIPTIONS_MAX).await?;
        Ok(subscription)
    }

    /// Removes a browser of the caller's.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn unsubscribe(
        self,
        principal: &Principal,
        id: PushSubscriptionId,
    ) -> Result<(), ServiceError> {
        Right::ReadNotifications.check(principal)?;
        let (org, agent) = (principal.org, principal.user.id);
        match self.base.db.push_subscriptions().remove(org, Some(agent), id).await? {
            true => Ok(()),
            false => Err(ServiceError::not_found()),
        }
    }

    fn check(self, new: &NewPushSubscription) -> Result<(), ServiceError> {
        let url = Url::parse(&new.endpoint).ok().filter(|_| new.endpoint.len() <= ENDPOINT_MAX_BYTES);
        let url = url.ok_or_else(|| ServiceError::bad_request("endpoint is not a URL"))?;
        if url.scheme() != "https" && !is_allowed_range(&url, &self.base.settings.allow_private_ranges) {
            return Err(ServiceError::bad_request("endpoint must begin with https://"));
        }
        let refused = |error| ServiceError::bad_request(format!("endpoint cannot be used: {error}"));
        self.base.gateway.check_url(&url, Trust::Org).map_err(refused)?;
        if PushKeys::parse(&new.p256dh, &new.auth).is_none() {
            return Err(ServiceError::bad_request("keys are not those of a push subscription"));
        }
        if !matches!(new.locale.as_str(), "en" | "es") {
            return Err(ServiceError::bad_request("locale must be en or es"));
        }
        Ok(())
    }
}

/// The key by which push services know an org of this server, made at its first use.
pub(super) async fn vapid_key(base: &Base, keys: &MasterKeys, org: OrgId) -> Result<VapidKey, ServiceError> {
    let (scope, secrets) = (org.to_string(), base.db.secrets());
    if secrets.get(org, VAPID_KEY_FIELD).await?.is_none() {
        let sealed = keys.seal(&scope, VAPID_KEY_FIELD, VapidKey::random().to_secret().expose_secret());
        secrets.put_first(org, VAPID_KEY_FIELD, &sealed, base.now()).await?;
    }
    // Whoever was first, it is the stored one that counts.
    let sealed = secrets.get(org, VAPID_KEY_FIELD).await?.ok_or_else(ServiceError::not_found)?;
    let plain = keys.open(&scope, VAPID_KEY_FIELD, &sealed).map_err(ServiceError::internal)?;
    VapidKey::parse(plain.expose_secret()).ok_or_else(ServiceError::not_found)
}
