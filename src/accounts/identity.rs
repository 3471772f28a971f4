//! Maps verified site identities to visitors.

use rooms::{Timestamp, UserId};
use url::Url;

use super::{Accounts, error_codes};
use crate::auth::{Identity, IdentityClaim, Issuer, IssuerKey, peek_issuer, verify_hash};
use crate::crypto::Secret;
use crate::ids;
use crate::model::{
    ChannelRecord, NewVisitor, VisitorChange, VisitorRecord, identity_secret_field, issuer_secret_field,
    old_secret_field,
};
use crate::refusal::ServiceError;
use crate::wire::ErrorCode;

/// Audiences of one token that are looked up; no real token has more.
const AUDIENCES_MAX: usize = 8;

/// Visitors whose identity a site asserts.
#[derive(Debug, Clone, Copy)]
pub struct Identities<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Identities<'_> {
    /// The visitor behind a site's own token, made on first use.
    pub(super) async fn visitor_by_jwt(
        self,
        token: &str,
        channel_key: Option<&str>,
    ) -> Result<(VisitorRecord, Option<Timestamp>), ServiceError> {
        let (issuer, audiences) = peek_issuer(token).ok_or_else(|| error_codes::bad_token("jwt"))?;
        for audience in audiences.iter().take(AUDIENCES_MAX) {
            let found = self.accounts.db().channels().by_issuer(&issuer, audience, channel_key).await;
            let found = found?;
            let channel = match found.as_slice() {
                [] => continue,
                [channel] => channel,
                // The issuer is ambiguous and must not be guessed.
                _ => {
                    error_codes::count("jwt");
                    let words =
                        "several channels name this token's issuer and audience; send channel_key too";
                    return Err(ServiceError::new(ErrorCode::Unauthenticated, words));
                }
            };
            let identity = self.verify_jwt(channel, token).await?;
            let (visitor, _) = self.visitor_of(channel, &identity, None).await?;
            return Ok((visitor, identity.expires_at_ms.map(Timestamp)));
        }
        Err(error_codes::bad_token("jwt"))
    }

    /// Checks the proof that comes with an identity; without one nobody is believed.
    pub(super) async fn prove(
        self,
        channel: &ChannelRecord,
        fields: IdentityFields,
    ) -> Result<Identity, ServiceError> {
        let claim = IdentityClaim { user_id: fields.user_id, name: fields.name, email: fields.email };
        match (fields.jwt, fields.hash) {
            (Some(jwt), _) => {
                let identity = self.verify_jwt(channel, &jwt).await?;
                identity.of_user(&claim.user_id).map_err(|error| error_codes::of_identity(&error))
            }
            (None, Some(hash)) => self.verify_signed(channel, claim, &hash).await,
            (None, None) => {
                error_codes::count("identity");
                Err(ServiceError::new(ErrorCode::Unauthenticated, "an identity needs its hash or a jwt"))
            }
        }
    }

    /// Checks a signature by the channel's secret, and by its old one while that is accepted.
    async fn verify_signed(
        self,
        channel: &ChannelRecord,
        claim: IdentityClaim,
        hash: &str,
    ) -> Result<Identity, ServiceError> {
        let field = identity_secret_field(channel.id);
        let secret = self.open_secret(channel, &field).await?;
        let refused = match verify_hash(&secret, claim.clone(), hash) {
            Ok(identity) => return Ok(identity),
            Err(error) => error,
        };
        let now = self.accounts.now();
        if let Some(old) = self.accounts.db().secrets().old(channel.org, &field, now).await? {
            let (org, old_field) = (channel.org.to_string(), old_secret_field(&field));
            let opened = self.accounts.directory().keys().open(&org, &old_field, &old.sealed);
            if let Ok(identity) = verify_hash(&opened.map_err(ServiceError::internal)?, claim, hash) {
                return Ok(identity);
            }
        }
        Err(error_codes::of_identity(&refused))
    }

    async fn verify_jwt(self, channel: &ChannelRecord, token: &str) -> Result<Identity, ServiceError> {
        let (Some(issuer), Some(audience)) = (&channel.issuer, &channel.issuer_audience) else {
            return Err(error_codes::bad_token("jwt"));
        };
        let key = match &channel.issuer_jwks_url {
            Some(url) => IssuerKey::JwksUrl(Url::parse(url).map_err(ServiceError::internal)?),
            None => {
                IssuerKey::SharedSecret(self.open_secret(channel, &issuer_secret_field(channel.id)).await?)
            }
        };
        let issuer = Issuer { issuer: issuer.clone(), audience: audience.clone(), key };
        let verified = self.accounts.parts.identities.verify_jwt(&issuer, token).await;
        verified.map_err(|error| error_codes::of_token(&error))
    }

    async fn open_secret(self, channel: &ChannelRecord, field: &str) -> Result<Secret, ServiceError> {
        let sealed = self.accounts.db().secrets().get(channel.org, field).await?;
        let sealed = sealed.ok_or_else(ServiceError::unauthenticated)?;
        let opened = self.accounts.directory().keys().open(&channel.org.to_string(), field, &sealed);
        opened.map_err(ServiceError::internal)
    }

    /// The visitor of an identity: known by external id, or `unnamed` who turns out to be them, or a new one;
    /// and whether it is a new one.
    pub(super) async fn visitor_of(
        self,
        channel: &ChannelRecord,
        identity: &Identity,
        unnamed: Option<&VisitorRecord>,
    ) -> Result<(VisitorRecord, bool), ServiceError> {
        if let Some(unnamed) = unnamed.filter(|visitor| visitor.external_id.is_none()) {
            let same =
                self.accounts.db().visitors().identify(channel.org, unnamed.id, &identity.user_id).await;
            same?;
        }
        let new = NewVisitor {
            id: UserId(ids::new_number()),
            org: channel.org,
            channel: channel.id,
            external_id: Some(identity.user_id.clone()),
            name: identity.name.clone().unwrap_or_else(guest_name),
            email: identity.email.clone(),
            verified: true,
            profile_verified: identity.profile_verified,
        };
        let visitor = self.accounts.db().visitors().add(&new, self.accounts.now()).await?;
        let is_new = visitor.id == new.id;
        Ok((self.store_identity(visitor, identity).await?, is_new))
    }

    /// Notes what an identity says better than what is known.
    async fn store_identity(
        self,
        visitor: VisitorRecord,
        identity: &Identity,
    ) -> Result<VisitorRecord, ServiceError> {
        if !visitor.verified {
            self.accounts.db().visitors().verify(visitor.org, visitor.id).await?;
        }
        // What a page claims does not replace what a token has proven.
        let may_replace = identity.profile_verified || !visitor.profile_verified;
        let named = identity.name.clone().filter(|_| may_replace);
        let written = identity.email.clone().filter(|_| may_replace);
        let new_name = named.filter(|name| **name != *visitor.name);
        let new_email = written.filter(|email| visitor.email.as_ref() != Some(email));
        let profile_verified = identity.profile_verified || visitor.profile_verified;
        if new_name.is_none() && new_email.is_none() && profile_verified == visitor.profile_verified {
            return Ok(VisitorRecord { verified: true, ..visitor });
        }
        let change = VisitorChange {
            name: new_name,
            email: new_email,
            profile_verified: Some(profile_verified),
            ..VisitorChange::default()
        };
        let updated =
            self.accounts.db().visitors().change(visitor.org, visitor.id, &change, self.accounts.now()).await;
        updated?;
        Ok(VisitorRecord { verified: true, ..visitor.with(change) })
    }
}

/// What a visitor is called until somebody says better.
pub(super) fn guest_name() -> String {
    let number = u32::from_le_bytes(ids::random_bytes()) % 9_000 + 1_000;
    format!("Guest-{number}")
}

/// Who a page says its visitor is.
#[derive(Debug, Clone)]
pub struct IdentityFields {
    /// The site's own id of them.
    pub user_id: String,
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// The proof: the id signed with the channel's secret.
    pub hash: Option<String>,
    /// The other proof: a token of the channel's issuer.
    pub jwt: Option<String>,
}
