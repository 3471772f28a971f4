//! Single-use links for setting a password, with the token in the URL fragment.

use std::net::IpAddr;

use secrecy::SecretString;

use super::rights::Manager;
use super::service::console_link;
use super::{Accounts, MadeMember, error_codes};
use crate::audit::{Act, Note};
use crate::auth::{PasswordKey, PasswordOrigin, Principal};
use crate::db::Db;
use crate::ids;
use crate::limits::network_of;
use crate::model::{MemberRecord, OneTimeKind, OneTimeToken};
use crate::refusal::ServiceError;

const HOUR_MS: i64 = 3_600_000;

/// Links that set a password.
#[derive(Debug, Clone, Copy)]
pub struct PasswordLinks<'a> {
    pub(super) accounts: &'a Accounts,
}

impl PasswordLinks<'_> {
    /// Makes a link by which a member chooses a new password; `base` is this server's address for links.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn create(
        self,
        principal: &Principal,
        member: &str,
        base: &str,
    ) -> Result<MadeMember, ServiceError> {
        let manager = Manager::of(principal)?;
        let member = self.accounts.members().get(principal, member).await?;
        manager.may_set_access(&member)?;
        let note = Note::by(principal, Act::PasswordLinkMade, self.accounts.now()).on(member.id);
        let set_password_url = self.link_in(&self.accounts.db().noting(note), &member, base).await?;
        Ok(MadeMember { member, set_password_url, is_mailed: false })
    }

    pub(super) async fn link(self, member: &MemberRecord, base: &str) -> Result<String, ServiceError> {
        self.link_in(self.accounts.db(), member, base).await
    }

    async fn link_in(self, db: &Db, member: &MemberRecord, base: &str) -> Result<String, ServiceError> {
        let token = ids::random_token(ids::PASSWORD_LINK);
        let stands_for = OneTimeToken { org: Some(member.org), member: Some(member.id), credential: None };
        let hours = i64::try_from(self.accounts.settings().password_link_ttl_h).unwrap_or(i64::MAX / HOUR_MS);
        let (kind, now) = (OneTimeKind::Password, self.accounts.now());
        let expires_at = now.plus_ms(hours * HOUR_MS);
        db.credentials().add_one_time_token(kind, &token.hash(), &stands_for, now, expires_at).await?;
        Ok(console_link(base, "password", token.expose()))
    }

    /// Sets the password of the member a link was made for, and uses the link up. Every session of theirs ends, and
    /// with `ends_tokens` every API token too.
    ///
    /// # Errors
    /// `unauthenticated` for the link, `bad_request` for the password; the link stays usable after the second.
    pub async fn choose_password(
        self,
        token: &str,
        password: SecretString,
        ends_tokens: bool,
        address: IpAddr,
    ) -> Result<(), ServiceError> {
        self.accounts.sessions().count_attempt(address)?;
        let refused = || error_codes::bad_token("password_link");
        // Before hashing: invalid requests must not take a place in the queue.
        let token_hash = ids::hash_token(token);
        let known = self
            .accounts
            .db()
            .credentials()
            .one_time_token(OneTimeKind::Password, &token_hash, self.accounts.now())
            .await;
        let known = known?.and_then(|known| known.org.zip(known.member)).ok_or_else(refused)?;
        let (org, id) = known;
        let member = self.accounts.db().members().get(org, id).await?;
        let member = member.filter(|member| member.active).ok_or_else(refused)?;
        let from = PasswordKey::Address(network_of(address));
        let hash = self
            .accounts
            .directory()
            .hash(
                password,
                &[&member.email, &member.name],
                PasswordOrigin { from, of: PasswordKey::Org(org) },
            )
            .await?;
        let used = self
            .accounts
            .db()
            .credentials()
            .use_one_time_token(OneTimeKind::Password, &token_hash, self.accounts.now())
            .await;
        used?.ok_or_else(refused)?;
        let now = self.accounts.now();
        let note = Note::by_member(&member, Act::PasswordSet, now).on(member.id);
        let db = self.accounts.db().noting(note.made(serde_json::json!({ "end_tokens": ends_tokens })));
        db.members().set_password(org, member.id, &hash, ends_tokens, now).await?;
        self.accounts.hub().apply_revocations().await;
        Ok(())
    }
}
