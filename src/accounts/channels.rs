//! Managing the channels of an org.

use rooms::{ChannelId, Timestamp};
use serde_json::json;

use super::Accounts;
use super::audit_views;
use super::channel_fields::ChannelFields;
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::crypto::Overlap;
use crate::ids;
use crate::model::{ChannelChange, ChannelRecord, Patch, identity_secret_field, issuer_secret_field};
use crate::outbound::is_allowed_range;
use crate::refusal::ServiceError;
use crate::wire::rfc3339;

/// A new channel and what is shown once.
#[derive(Debug, Clone)]
pub struct MadeChannel {
    /// The channel.
    pub channel: ChannelRecord,
    /// What the site signs its visitors' ids with.
    pub identity_secret: String,
}

/// Channels of the caller's org.
#[derive(Debug, Clone, Copy)]
pub struct Channels<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Channels<'_> {
    /// Channels of the caller's org, oldest first: those after an id.
    ///
    /// # Errors
    /// `forbidden` to visitors.
    pub async fn list(
        self,
        principal: &Principal,
        after: Option<ChannelId>,
        limit: i64,
    ) -> Result<Vec<ChannelRecord>, ServiceError> {
        Right::ReadChannels.check(principal)?;
        self.accounts.db().channels().list(principal.org, after, limit).await.map_err(ServiceError::from)
    }

    /// A channel of the caller's org.
    ///
    /// # Errors
    /// `forbidden` to visitors, `not_found`.
    pub async fn get(self, principal: &Principal, id: &str) -> Result<ChannelRecord, ServiceError> {
        Right::ReadChannels.check(principal)?;
        self.channel_of(principal, id).await
    }

    pub(super) async fn channel_of(
        self,
        principal: &Principal,
        id: &str,
    ) -> Result<ChannelRecord, ServiceError> {
        let id: ChannelId = id.parse().map_err(|_| ServiceError::not_found())?;
        let found = self.accounts.db().channels().get(principal.org, id).await?;
        found.ok_or_else(ServiceError::not_found)
    }

    /// Makes a channel.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for the fields, `conflict` for a taken issuer and audience.
    pub async fn create(
        self,
        principal: &Principal,
        fields: ChannelFields,
    ) -> Result<MadeChannel, ServiceError> {
        self.may_change(principal, &fields)?;
        let (change, secret) = self.check_fields(fields)?;
        let name = change.name.clone().unwrap_or_default();
        let origins = change.origins.clone().unwrap_or_default();
        let note = Note::by(principal, Act::ChannelMade, self.accounts.now());
        let directory = self.accounts.directory();
        let made = directory.create_channel_noting(note, principal.org, &name, &origins).await?;
        let channel = self.store(principal, &made.channel, &change, secret).await?;
        Ok(MadeChannel { channel, ..made })
    }

    /// Changes a channel; its live conversations follow the new rules at once.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `bad_request` for the fields, `conflict` for a taken issuer and audience.
    pub async fn change(
        self,
        principal: &Principal,
        id: &str,
        fields: ChannelFields,
    ) -> Result<ChannelRecord, ServiceError> {
        self.may_change(principal, &fields)?;
        let channel = self.channel_of(principal, id).await?;
        let (change, secret) = self.check_fields(fields)?;
        let channel = self.store(principal, &channel, &change, secret).await?;
        self.accounts.hub().channel_changed(&channel).await;
        Ok(channel)
    }

    /// Gives a channel a new public key; visitors who are in stay in.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn rotate_key(self, principal: &Principal, id: &str) -> Result<ChannelRecord, ServiceError> {
        Right::ManageChannelSecrets.check(principal)?;
        let channel = self.channel_of(principal, id).await?;
        let key = ids::random_token(ids::CHANNEL_KEY).into_string();
        let note = Note::by(principal, Act::ChannelKeyRotated, self.accounts.now()).on(channel.id);
        let db = self.accounts.db().noting(note);
        db.channels().rotate_key(principal.org, channel.id, &key).await?;
        Ok(ChannelRecord { key, ..channel })
    }

    /// Gives a channel a new secret for signing identities. What the old one signed is accepted for `overlap` more;
    /// without one it is refused from now on. Gives the secret, and until when the old one is accepted.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn rotate_identity_secret(
        self,
        principal: &Principal,
        id: &str,
        overlap: Overlap,
    ) -> Result<(String, Option<Timestamp>), ServiceError> {
        Right::ManageChannelSecrets.check(principal)?;
        let channel = self.channel_of(principal, id).await?;
        let (org, now, field) = (principal.org, self.accounts.now(), identity_secret_field(channel.id));
        let (secret, sealed) = self.accounts.directory().new_identity_secret(org, channel.id);
        let secrets = self.accounts.db().secrets();
        let current = secrets.get(org, &field).await?;
        let old = current
            .and_then(|sealed| overlap.keep(self.accounts.directory().keys(), org, &field, &sealed, now));
        let until = old.as_ref().map(|old| old.expires_at);
        let note = Note::by(principal, Act::ChannelSecretRotated, now).on(channel.id);
        let db = self.accounts.db().noting(note.made(json!({ "old_accepted_until": until.map(rfc3339) })));
        db.secrets().rotate(org, &field, &sealed, old.as_ref(), now).await?;
        Ok((secret, until))
    }

    /// Until when the old secret of a channel is accepted; `None` where there is none.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn old_identity_secret_until(
        self,
        principal: &Principal,
        id: &str,
    ) -> Result<Option<Timestamp>, ServiceError> {
        Right::ManageChannels.check(principal)?;
        let channel = self.channel_of(principal, id).await?;
        let field = identity_secret_field(channel.id);
        let old = self.accounts.db().secrets().old(principal.org, &field, self.accounts.now()).await?;
        Ok(old.map(|old| old.expires_at))
    }

    /// Refuses the old secret of a channel from now on.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, also where there is no old one.
    pub async fn end_old_identity_secret(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        Right::ManageChannelSecrets.check(principal)?;
        let channel = self.channel_of(principal, id).await?;
        let note = Note::by(principal, Act::ChannelOldSecretEnded, self.accounts.now()).on(channel.id);
        let db = self.accounts.db().noting(note);
        let ended = db.secrets().end_old(principal.org, &identity_secret_field(channel.id)).await?;
        if ended { Ok(()) } else { Err(ServiceError::not_found()) }
    }

    /// Whether the caller may set these fields of a channel.
    fn may_change(self, principal: &Principal, fields: &ChannelFields) -> Result<(), ServiceError> {
        Right::ManageChannels.check(principal)?;
        if !matches!(fields.issuer, Patch::Keep) {
            Right::ManageChannelSecrets.check(principal)?;
        }
        Ok(())
    }

    fn check_fields(self, fields: ChannelFields) -> Result<(ChannelChange, Option<String>), ServiceError> {
        let ranges = &self.accounts.settings().allow_private_ranges;
        fields.check(&self.accounts.parts.base.gateway, |url| is_allowed_range(url, ranges))
    }

    async fn store(
        self,
        principal: &Principal,
        channel: &ChannelRecord,
        change: &ChannelChange,
        shared_secret: Option<String>,
    ) -> Result<ChannelRecord, ServiceError> {
        let (org, id) = (channel.org, channel.id);
        let sealed = shared_secret.map(|secret| {
            self.accounts.directory().keys().seal(&org.to_string(), &issuer_secret_field(id), &secret)
        });
        let others = change.origins.as_deref().filter(|origins| *origins != channel.origins);
        let revoked = others.and_then(|origins| self.accounts.revoked_by_origins(id, origins));
        let now = self.accounts.now();
        let (before, after) = audit_views::of_channel_change(channel, change, sealed.is_some());
        let db = match before == after {
            true => self.accounts.db().clone(),
            false => {
                let note = Note::by(principal, Act::ChannelChanged, now).on(id);
                self.accounts.db().noting(note.change(before, after))
            }
        };
        db.channels().change(org, id, change, sealed.as_deref(), revoked.as_deref(), now).await?;
        if revoked.is_some() {
            self.accounts.hub().apply_revocations().await;
        }
        let found = self.accounts.db().channels().get(org, id).await?;
        found.ok_or_else(ServiceError::not_found)
    }
}
