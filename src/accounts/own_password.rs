//! A new password, chosen in one's own account.

use secrecy::SecretString;

use super::passwords::PasswordLinks;
use super::sign_in::SignInFrom;
use crate::auth::{PasswordKey, PasswordOrigin, Principal, Right};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// A member's own new password.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// The present one, where they have one.
    pub current: Option<SecretString>,
    /// The new one.
    pub new: SecretString,
    /// Whether their API tokens end too.
    pub ends_tokens: bool,
}

impl PasswordLinks<'_> {
    /// Sets the caller's password. Their other sessions end, and with `ends_tokens` their API tokens.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members, `bad_request` for the new password, and with the reason
    /// `wrong_password` for the present one; `rate_limited`.
    pub async fn change_own(
        self,
        principal: &Principal,
        change: PasswordChange,
        from: SignInFrom<'_>,
    ) -> Result<(), ServiceError> {
        Right::ChangeOwnPassword.check(principal)?;
        let member = self.accounts.directory().member(principal.org, principal.user.id).await?;
        if member.password_hash.is_some() {
            let current = change.current.unwrap_or_default();
            if !self.accounts.sessions().is_password(&member, current, from).await? {
                let error = WireError::new(ErrorCode::BadRequest, "the present password is wrong");
                return Err(WireError { reason: Some("wrong_password"), ..error }.into());
            }
        }
        let origin = PasswordOrigin::by(PasswordKey::Org(member.org));
        let names = [&*member.email, &*member.name];
        let hash = self.accounts.directory().hash(change.new, &names, origin).await?;
        let (of, now) = ((member.org, member.id), self.accounts.now());
        let members = self.accounts.db().members();
        members.change_own_password(of, &hash, principal.session(), change.ends_tokens, now).await?;
        self.accounts.hub().apply_revocations().await;
        Ok(())
    }
}
