//! The second step of a sign-in: what follows a right password, or a mailed link, for members who sign in in two steps.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::error_codes;
use super::sign_in::{Sessions, SignInFrom, SignedIn};
use crate::ids;
use crate::model::{MemberRecord, OneTimeKind, OneTimeToken};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

const MINUTE_MS: i64 = 60_000;

impl Sessions<'_> {
    /// Begins the session of a member whose first step is done, or asks for the second one.
    ///
    /// # Errors
    /// `second_step_required`, whose details hold the `challenge` that goes with the code.
    pub(super) async fn after_first_step(
        self,
        member: MemberRecord,
        from: SignInFrom<'_>,
    ) -> Result<SignedIn, ServiceError> {
        if !member.has_two_step {
            return self.begin_session(member, from).await;
        }
        let challenge = ids::random_token(ids::SECOND_STEP);
        let stands_for = OneTimeToken { org: Some(member.org), member: Some(member.id), credential: None };
        let (now, minutes) = (self.accounts.now(), self.accounts.settings().second_step_ttl_minutes);
        let expires_at = now.plus_ms(i64::try_from(minutes).unwrap_or(i64::MAX / MINUTE_MS) * MINUTE_MS);
        let stored = self.accounts.db().credentials();
        stored
            .add_one_time_token(OneTimeKind::SecondStep, &challenge.hash(), &stands_for, now, expires_at)
            .await?;
        let words = "send a code of your authenticator app, or a recovery code";
        let error = WireError::new(ErrorCode::SecondStepRequired, words);
        Err(error.with_details(json!({ "challenge": challenge.expose() })).into())
    }

    /// Signs in the member of a challenge with a code; the challenge is used up by a right one.
    ///
    /// # Errors
    /// `unauthenticated` for the challenge, and for the code with the reason `wrong_code`; `rate_limited`.
    pub async fn second_step(
        self,
        challenge: &SecretString,
        code: &str,
        from: SignInFrom<'_>,
    ) -> Result<SignedIn, ServiceError> {
        let refused = || error_codes::bad_token("second_step");
        let hash = ids::hash_token(challenge.expose_secret());
        let (kind, now) = (OneTimeKind::SecondStep, self.accounts.now());
        let stored = self.accounts.db().credentials();
        let known = stored.one_time_token(kind, &hash, now).await?;
        let Some((org, id)) = known.and_then(|known| known.org.zip(known.member)) else {
            self.count_attempt(from.address)?;
            return Err(refused());
        };
        let member = self.accounts.db().members().get(org, id).await?;
        let member = member.filter(|member| member.active).ok_or_else(refused)?;
        let two_step = self.accounts.two_step();
        two_step.count_code(&member, from)?;
        if !two_step.accept(&member, code).await? {
            let error = WireError::new(ErrorCode::Unauthenticated, "the code is wrong, or was used before");
            return Err(WireError { reason: Some("wrong_code"), ..error }.into());
        }
        stored.use_one_time_token(kind, &hash, now).await?.ok_or_else(refused)?;
        self.begin_session(member, from).await
    }
}
