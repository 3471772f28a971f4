//! Single-use links for setting a password, with the token in the URL fragment.

use std::net::IpAddr;

use secrecy::SecretString;

use super::rights::Manager;
use super::service::console_link;
use super::{Accounts, MadeMember, error_codes};
use crate::auth::{PasswordKey, PasswordOrigin, Principal};
use crate::ids;
use crate::limits::network_of;
use crate::model::{MemberRecord, OneTimeKind, OneTimeToken};
use crate::refusal::ServiceError;

const HOUR_MS: i64 = 3_600_000;

impl Accounts {
    /// Makes a link by which a member chooses a new password; `base` is this server's address for links.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn make_password_link(
        &self,
        principal: &Principal,
        member: &str,
        base: &str,
    ) -> Result<MadeMember, ServiceError> {
        let manager = Manager::of(principal)?;
        let member = self.member_of(principal, member).await?;
        manager.may_manage(&member)?;
        let set_password_url = self.password_link(&member, base).await?;
        Ok(MadeMember { member, set_password_url })
    }

    pub(super) async fn password_link(
        &self,
        member: &MemberRecord,
        base: &str,
    ) -> Result<String, ServiceError> {
        let token = ids::random_token(ids::PASSWORD_LINK);
        let stands_for = OneTimeToken { org: Some(member.org), member: Some(member.id), credential: None };
        let hours = i64::try_from(self.settings().password_link_ttl_h).unwrap_or(i64::MAX / HOUR_MS);
        let (kind, now) = (OneTimeKind::Password, self.now());
        self.db()
            .credentials()
            .add_one_time_token(kind, &token.hash(), &stands_for, now, now.plus_ms(hours * HOUR_MS))
            .await?;
        Ok(console_link(base, "password", token.expose()))
    }

    /// Sets the password of the member a link was made for, and uses the link up. Every session of theirs ends, and
    /// with `ends_tokens` every API token too.
    ///
    /// # Errors
    /// `unauthenticated` for the link, `bad_request` for the password; the link stays usable after the second.
    pub async fn choose_password(
        &self,
        token: &str,
        password: SecretString,
        ends_tokens: bool,
        address: IpAddr,
    ) -> Result<(), ServiceError> {
        self.count_attempt(address)?;
        let refused = || error_codes::bad_token("password_link");
        // Before anything is hashed: strangers who post nonsense take nobody's turn.
        let token_hash = ids::hash_token(token);
        let known = self
            .db()
            .credentials()
            .org_of_one_time_token(OneTimeKind::Password, &token_hash, self.now())
            .await;
        let org = known?.ok_or_else(refused)?;
        let from = PasswordKey::Address(network_of(address));
        let hash =
            self.directory().hash(password, PasswordOrigin { from, of: PasswordKey::Org(org) }).await?;
        let used =
            self.db().credentials().use_one_time_token(OneTimeKind::Password, &token_hash, self.now()).await;
        let used = used?.ok_or_else(refused)?;
        let (Some(org), Some(id)) = (used.org, used.member) else { return Err(refused()) };
        let member = self.db().members().get(org, id).await?;
        let member = member.filter(|member| member.active).ok_or_else(refused)?;
        let set = self.db().members().set_password(org, member.id, &hash, ends_tokens, self.now()).await;
        set?;
        self.hub().apply_revocations().await;
        Ok(())
    }
}
