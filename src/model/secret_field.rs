//! Names under which sealed secrets are stored.

use rooms::{ChannelId, UserId};

use super::ids::{ProviderId, PushSubscriptionId, WebhookId};

/// The name of the key by which push services know an org.
pub const VAPID_KEY_FIELD: &str = "vapid_key";

/// The name of the secret that signs identities for a channel.
pub fn identity_secret_field(channel: ChannelId) -> String {
    format!("channel:{channel}:identity_secret")
}

/// The name of the shared secret of a channel's issuer.
pub fn issuer_secret_field(channel: ChannelId) -> String {
    format!("channel:{channel}:issuer_secret")
}

/// The name of the key that a member's authenticator app shares.
pub fn two_step_field(member: UserId) -> String {
    format!("two_step:{member}")
}

/// The secret's field of a provider.
#[must_use]
pub fn provider_key_field(id: ProviderId) -> String {
    format!("provider:{id}")
}

/// The secret's field of a tool.
#[must_use]
pub fn tool_secret_field(name: &str) -> String {
    format!("tool:{name}")
}

/// The secret's field of a webhook.
#[must_use]
pub fn webhook_secret_field(id: WebhookId) -> String {
    format!("webhook:{id}")
}

/// The name of where a browser is reached, and with which keys.
#[must_use]
pub fn push_subscription_field(id: PushSubscriptionId) -> String {
    format!("push:{id}")
}

/// The name of the secret that one took the place of, while both are accepted.
#[must_use]
pub fn old_secret_field(field: &str) -> String {
    format!("{field}:old")
}

/// The old secret of a field, sealed anew under its own name, and until when it is accepted.
#[derive(Debug, Clone)]
pub struct OldSecret {
    /// Sealed for [`old_secret_field`].
    pub sealed: String,
    /// From then on it is worth nothing.
    pub expires_at: rooms::Timestamp,
}
