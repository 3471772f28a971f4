//! Managing the channels of an org.

use rooms::ChannelId;

use super::Accounts;
use super::audit_views;
use super::channel_fields::ChannelFields;
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::ids;
use crate::model::{ChannelChange, ChannelRecord, Patch, identity_secret_field, issuer_secret_field};
use crate::outbound::is_allowed_range;
use crate::refusal::ServiceError;

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

    /// Gives a channel a new secret for signing identities; what the old one signed is refused.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn rotate_identity_secret(
        self,
        principal: &Principal,
        id: &str,
    ) -> Result<String, ServiceError> {
        Right::ManageChannelSecrets.check(principal)?;
        let channel = self.channel_of(principal, id).await?;
        let (secret, sealed) = self.accounts.directory().new_identity_secret(principal.org, channel.id);
        let field = identity_secret_field(channel.id);
        let now = self.accounts.now();
        let db =
            self.accounts.db().noting(Note::by(principal, Act::ChannelSecretRotated, now).on(channel.id));
        db.secrets().put(principal.org, &field, &sealed, now).await?;
        Ok(secret)
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
