//! Showing once more who one is, before a sensitive act.

use secrecy::SecretString;

use super::error_codes;
use super::sign_in::{Sessions, SignInFrom};
use crate::auth::{Principal, Right};
use crate::model::MemberRecord;
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// What shows who somebody is.
#[derive(Debug, Clone)]
pub enum Proof {
    /// Their password.
    Password(SecretString),
    /// A code of their app, or a recovery code.
    Code(String),
}

impl Sessions<'_> {
    /// Makes the caller's sign-in a fresh one.
    ///
    /// # Errors
    /// `forbidden` to callers who are no members, `bad_request` with the reason `wrong_password` or `wrong_code`,
    /// `conflict` to callers with an API token, who are never asked, and to members who have no password or no app;
    /// `rate_limited`.
    pub async fn refresh(
        self,
        principal: &Principal,
        proof: Proof,
        from: SignInFrom<'_>,
    ) -> Result<(), ServiceError> {
        Right::RefreshSignIn.check(principal)?;
        let session = principal.session();
        let session = session.ok_or_else(|| ServiceError::conflict("this is not asked of API tokens"))?;
        let member = self.accounts.directory().member(principal.org, principal.user.id).await?;
        let (is_right, reason) = match proof {
            Proof::Password(password) => (self.is_password(&member, password, from).await?, "wrong_password"),
            Proof::Code(code) => (self.is_code(&member, &code, from).await?, "wrong_code"),
        };
        if !is_right {
            let error = WireError::new(ErrorCode::BadRequest, "that is wrong");
            return Err(WireError { reason: Some(reason), ..error }.into());
        }
        let stored = self.accounts.db().sessions();
        Ok(stored.verified(principal.org, session, self.accounts.now()).await?)
    }

    pub(super) async fn is_password(
        self,
        member: &MemberRecord,
        password: SecretString,
        from: SignInFrom<'_>,
    ) -> Result<bool, ServiceError> {
        let hash = member.password_hash.clone();
        let hash = hash.ok_or_else(|| ServiceError::conflict("you have no password; sign in by mail"))?;
        self.count_sign_in(&member.email, from)?;
        let origin = self.password_origin(&member.email, Some(member), from);
        let passwords = self.accounts.directory().passwords();
        let is_right = passwords.verify(Some(hash), password, origin).await;
        let is_right = is_right.map_err(error_codes::of_passwords)?;
        if !is_right {
            error_codes::count("password");
        }
        Ok(is_right)
    }

    async fn is_code(
        self,
        member: &MemberRecord,
        code: &str,
        from: SignInFrom<'_>,
    ) -> Result<bool, ServiceError> {
        if !member.has_two_step {
            return Err(ServiceError::conflict("two-step sign-in is off"));
        }
        self.accounts.two_step().count_code(member, from)?;
        self.accounts.two_step().accept(member, code).await
    }
}
