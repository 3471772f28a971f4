//! Authenticates tokens into principals. Cookies are for REST only; tokens are never read from a query string.

use std::net::IpAddr;
use std::time::Duration;

use rooms::{ChannelId, OrgId, Timestamp, User, UserKind};

use super::{Accounts, error_codes};
use crate::auth::{Principal, PrincipalKind, Right, Standing};
use crate::db::DbError;
use crate::ids;
use crate::limits::{Limit, Source};
use crate::model::{AgentSession, BlockedVisitors, CredentialOwner, OneTimeKind, Role};
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, WireError};

/// How long a caller waits to be known.
const ANSWER_TIME: Duration = Duration::from_secs(4);

/// Where a token comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// On a socket.
    Socket,
    /// With a REST request.
    Rest,
}

impl Accounts {
    /// The caller behind a token; `channel_key` says which channel a site's own token is for, where several name its
    /// issuer.
    ///
    /// # Errors
    /// `unauthenticated`, also for members who may no longer sign in; `unavailable`.
    pub async fn authenticate(
        &self,
        token: &str,
        entry: Entry,
        channel_key: Option<&str>,
    ) -> Result<Principal, ServiceError> {
        let token = token.trim();
        if token.starts_with(ids::VISITOR_TOKEN) {
            return self.by_visitor_token(token).await;
        }
        if token.starts_with(ids::API_TOKEN) {
            return self.by_api_token(token).await;
        }
        if token.starts_with(ids::SOCKET_TICKET) && entry == Entry::Socket {
            return self.by_socket_ticket(token).await;
        }
        if token.split('.').count() == 3 {
            let (visitor, expires_at) = self.identities().visitor_by_jwt(token, channel_key).await?;
            let (org, channel, user) = (visitor.org, visitor.channel, visitor.user());
            return Ok(self.visitor_principal(org, channel, user, expires_at));
        }
        Err(error_codes::bad_token("token"))
    }

    /// As [`Accounts::authenticate`], for a caller from `address`, whose wrong tokens are counted.
    ///
    /// # Errors
    /// The same, and `rate_limited`.
    pub async fn authenticate_from(
        &self,
        address: IpAddr,
        token: &str,
        entry: Entry,
        channel_key: Option<&str>,
    ) -> Result<Principal, ServiceError> {
        let checked = tokio::time::timeout(ANSWER_TIME, self.authenticate(token, entry, channel_key)).await;
        // A hanging database must not delay a connection for longer than this.
        let checked =
            checked.unwrap_or_else(|_| Err(DbError::TimedOut { seconds: ANSWER_TIME.as_secs() }.into()));
        if let Err(error) = &checked
            && error.code() == ErrorCode::Unauthenticated
        {
            self.report_bad_token(address);
            self.parts.base.limits.count(Limit::BadTokens, Source::Address(address))?;
        }
        let principal = checked?;
        self.check_address_of(&principal, address)?;
        Ok(principal)
    }

    /// The agent behind the cookie of a sign-in.
    ///
    /// # Errors
    /// `unauthenticated`, `unavailable`.
    pub async fn authenticate_session(&self, cookie: &str) -> Result<Principal, ServiceError> {
        let found = self.db().credentials().session(&ids::hash_token(cookie), self.now()).await;
        let (session, owner) = found?.ok_or_else(|| error_codes::bad_token("session"))?;
        self.session_principal(&session, owner).await
    }

    /// A platform admin as they act for another org by their session.
    ///
    /// # Errors
    /// `forbidden` with the reason `not_acting` to whoever does not.
    pub async fn acting_for(&self, principal: Principal, org: &str) -> Result<Principal, ServiceError> {
        let org: OrgId = org.parse().map_err(|_| WireError::not_acting())?;
        let session = principal.session().filter(|_| Right::ActForOrg.allows(principal.kind));
        let session = session.ok_or_else(WireError::not_acting)?;
        let acting = self.db().acting().of_session(org, session, self.now()).await?;
        acting.ok_or_else(WireError::not_acting)?;
        let kind = PrincipalKind::Agent { role: Role::Owner, platform_admin: true };
        let standing = Standing { is_acting: true, ..principal.standing };
        Ok(Principal { org, kind, standing, ..principal })
    }

    fn visitor_principal(
        &self,
        org: OrgId,
        channel: ChannelId,
        user: User,
        expires_at: Option<Timestamp>,
    ) -> Principal {
        Principal {
            org,
            kind: PrincipalKind::Visitor { channel },
            credential: format!("visitor:{}", user.id).into(),
            user,
            expires_at,
            page: None,
            message_max_chars: None,
            blocked: self.db().visitors().blocked(),
            standing: self.standing(),
        }
    }

    /// What holds for every caller.
    fn standing(&self) -> Standing {
        Standing { suspended_orgs: self.db().orgs().suspended(), ..Standing::default() }
    }

    /// Whether a sign-in of this time is not too long ago for sensitive acts.
    fn is_fresh(&self, verified_at: Timestamp) -> bool {
        let minutes = i64::try_from(self.settings().fresh_sign_in_minutes).unwrap_or(i64::MAX);
        minutes == 0 || self.now().0.saturating_sub(verified_at.0) <= minutes.saturating_mul(60_000)
    }

    async fn by_visitor_token(&self, token: &str) -> Result<Principal, ServiceError> {
        let found = self.db().visitors().pass(&ids::hash_token(token), self.now()).await?;
        let pass = found.ok_or_else(|| error_codes::bad_token("visitor_token"))?;
        Ok(self.visitor_principal(pass.org, pass.channel, pass.user, Some(pass.expires_at)))
    }

    async fn by_api_token(&self, token: &str) -> Result<Principal, ServiceError> {
        let found = self.db().credentials().api_token(&ids::hash_token(token), self.now()).await?;
        let (token, owner) = found.ok_or_else(|| error_codes::bad_token("api_token"))?;
        self.tokens().note_use(&token);
        let standing = Standing { rights: token.rights, ..self.standing() };
        let credential = format!("token:{}", token.id);
        match token.member {
            Some(_) => {
                let principal = agent_principal(token.org, owner, credential, token.expires_at)?;
                Ok(Principal { standing, ..principal })
            }
            None => Ok(Principal {
                org: token.org,
                user: User { id: token.id, kind: UserKind::Server, name: token.name.into() },
                kind: PrincipalKind::Server,
                credential: credential.into(),
                expires_at: token.expires_at,
                page: None,
                message_max_chars: None,
                blocked: BlockedVisitors::default(),
                standing,
            }),
        }
    }

    async fn by_socket_ticket(&self, ticket: &str) -> Result<Principal, ServiceError> {
        let refused = || error_codes::bad_token("socket_ticket");
        let used = self
            .db()
            .credentials()
            .use_one_time_token(OneTimeKind::SocketTicket, &ids::hash_token(ticket), self.now())
            .await?
            .ok_or_else(refused)?;
        let session = used
            .credential
            .as_deref()
            .and_then(|credential| credential.strip_prefix("session:")?.parse().ok());
        let (Some(org), Some(session)) = (used.org, session) else { return Err(refused()) };
        let found = self.db().credentials().session_by_id(org, session, self.now()).await;
        let (session, owner) = found?.ok_or_else(refused)?;
        self.session_principal(&session, owner).await
    }

    async fn session_principal(
        &self,
        session: &AgentSession,
        owner: CredentialOwner,
    ) -> Result<Principal, ServiceError> {
        self.sessions().note_use(session.org, session.id, session.seen_at);
        let is_set_up = owner.has_two_step
            || !self.parts.org_settings.effective(session.org, None).await?.require_two_step;
        let credential = format!("session:{}", session.id);
        let principal = agent_principal(session.org, Some(owner), credential, Some(session.expires_at))?;
        let is_fresh = self.is_fresh(session.verified_at);
        let standing = Standing { is_set_up, is_fresh, ..self.standing() };
        Ok(Principal { standing, ..principal })
    }
}

fn agent_principal(
    org: OrgId,
    owner: Option<CredentialOwner>,
    credential: String,
    expires_at: Option<Timestamp>,
) -> Result<Principal, ServiceError> {
    let owner = owner.filter(|owner| owner.active).ok_or_else(|| error_codes::bad_token("member"))?;
    Ok(Principal {
        org,
        user: User { id: owner.id, kind: UserKind::Agent, name: owner.name.into() },
        kind: PrincipalKind::Agent { role: owner.role, platform_admin: owner.platform_admin },
        credential: credential.into(),
        expires_at,
        page: None,
        message_max_chars: None,
        blocked: BlockedVisitors::default(),
        standing: Standing::default(),
    })
}
