//! API tokens: members manage their own, admins also those of the org.

use rooms::UserId;

use super::{Accounts, TokenOwner};
use crate::auth::{Principal, Right};
use crate::ids::Token;
use crate::model::ApiToken;
use crate::refusal::ServiceError;

impl Accounts {
    /// The tokens a caller may take back: their own, and for admins all of the org.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers.
    pub async fn tokens(&self, principal: &Principal) -> Result<Vec<ApiToken>, ServiceError> {
        Right::ManageOwnTokens.check(principal)?;
        let mut tokens = self.db().credentials().api_tokens(principal.org).await?;
        if !Right::ManageTokens.allows(principal.kind) {
            tokens.retain(|token| token.member == Some(principal.user.id));
        }
        Ok(tokens)
    }

    /// Makes a token that acts as the caller, or, for admins, as the server of the org.
    ///
    /// # Errors
    /// `forbidden`, `bad_request` for the name.
    pub async fn make_token(
        &self,
        principal: &Principal,
        for_org: bool,
        name: Option<&str>,
    ) -> Result<(ApiToken, Token), ServiceError> {
        Right::ManageOwnTokens.check(principal)?;
        let owner = if for_org {
            Right::CreateServerToken.check(principal)?;
            TokenOwner::Org(principal.org)
        } else {
            TokenOwner::Agent(principal.user.id)
        };
        self.directory().create_token(owner, name).await
    }

    /// Takes a token back; its sockets close.
    ///
    /// # Errors
    /// `forbidden` to visitors and servers, `not_found` also for what the caller may not take back.
    pub async fn delete_token(&self, principal: &Principal, id: &str) -> Result<(), ServiceError> {
        let tokens = self.tokens(principal).await?;
        let id: UserId = id.parse().map_err(|_| ServiceError::not_found())?;
        if !tokens.iter().any(|token| token.id == id) {
            return Err(ServiceError::not_found());
        }
        let deleted = self.db().credentials().remove_api_token(principal.org, id, self.now()).await;
        if !deleted? {
            return Err(ServiceError::not_found());
        }
        self.hub().apply_revocations().await;
        Ok(())
    }
}
