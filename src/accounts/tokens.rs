//! API tokens: members manage their own, admins also those of the org.

use rooms::UserId;

use super::{Accounts, NewToken, TokenOwner, audit_views};
use crate::audit::{Act, Note};
use crate::auth::{Principal, Right};
use crate::ids::Token;
use crate::model::ApiToken;
use crate::refusal::ServiceError;

/// How exactly it is known when a token was used last, in milliseconds.
const USED_STEP_MS: i64 = 60_000;

/// API tokens.
#[derive(Debug, Clone, Copy)]
pub struct Tokens<'a> {
    pub(super) accounts: &'a Accounts,
}

impl Tokens<'_> {
    /// The tokens a caller may take back: their own, and for admins all of the org.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers.
    pub async fn list(self, principal: &Principal) -> Result<Vec<ApiToken>, ServiceError> {
        Right::ListOwnTokens.check(principal)?;
        let mut tokens = self.accounts.db().credentials().api_tokens(principal.org).await?;
        if !Right::ManageTokens.allows(principal.kind) {
            tokens.retain(|token| token.member == Some(principal.user.id));
        }
        Ok(tokens)
    }

    /// Makes a token that acts as the caller, or, for admins, as the server of the org.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for the name, the rights and the lifetime.
    pub async fn create(
        self,
        principal: &Principal,
        for_org: bool,
        new: NewToken<'_>,
    ) -> Result<(ApiToken, Token), ServiceError> {
        Right::ManageOwnTokens.check(principal)?;
        let owner = if for_org {
            Right::CreateServerToken.check(principal)?;
            TokenOwner::Org(principal.org)
        } else {
            TokenOwner::Agent(principal.user.id)
        };
        if new.rights > principal.standing.rights {
            return Err(ServiceError::forbidden("a token gives no more than it has"));
        }
        let max_days = self.accounts.settings().api_token_ttl_max_d;
        let lives_d = match new.lives_d {
            Some(days) if days == 0 || (max_days != 0 && days > max_days) => {
                let words = format!("expires_in_days must be 1 to {}", max_days.max(1));
                return Err(ServiceError::bad_request(words));
            }
            None if max_days != 0 => Some(max_days),
            asked => asked,
        };
        let now = self.accounts.now();
        let note = |_| Note::by(principal, Act::TokenMade, now);
        self.accounts.directory().create_token_noting(note, owner, NewToken { lives_d, ..new }).await
    }

    /// Notes that a token is in use, where that was last noted a while ago. Nobody waits for it.
    pub(super) fn note_use(self, token: &ApiToken) {
        let (org, id, failure) = (token.org, token.id, "could not note that an API token is in use");
        self.accounts.note_use(
            token.used_at,
            USED_STEP_MS,
            failure,
            move |accounts, now, before| async move {
                accounts.db().credentials().touch_api_token(org, id, now, before).await
            },
        );
    }

    /// Takes a token back; its sockets close.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers, `not_found` also for what the caller may not take back.
    pub async fn delete(self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        Right::ManageOwnTokens.check(principal)?;
        let tokens = self.list(principal).await?;
        let id: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        let token = tokens.iter().find(|token| token.id == id).ok_or_else(ServiceError::not_found)?;
        let now = self.accounts.now();
        let note = Note::by(principal, Act::TokenDeleted, now).on(id).gone(audit_views::of_token(token));
        let db = self.accounts.db().noting(note);
        if !db.credentials().remove_api_token(principal.org, id, now).await? {
            return Err(ServiceError::not_found());
        }
        self.accounts.hub().apply_revocations().await;
        Ok(())
    }
}
