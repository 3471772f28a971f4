//! Extractor that authenticates the caller by token or cookie, checks the origin and applies the token's rate limit.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{Method, header};
use rooms::{Audience, ChannelId, ConversationId};

use super::api::{Api, host, text};
use super::cookie;
use super::error::ApiError;
use crate::accounts::{Entry, SignInFrom};
use crate::audit;
use crate::auth::{Principal, Right};
use crate::hub::{Actor, Target};
use crate::limits::{Limit, Source};
use crate::refusal::ServiceError;
use crate::wire::WireError;

const X_API_KEY: &str = "x-api-key";
const X_CHANNEL_KEY: &str = "x-channel-key";
/// The id of the org that a platform admin acts for.
const X_ACTING_FOR: &str = "x-acting-for";
const X_REQUESTED_WITH: &str = "x-requested-with";
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// An authenticated caller, whose origin may use the token or cookie.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) principal: Principal,
    pub(super) address: IpAddr,
}

impl Caller {
    pub(super) fn audience(&self) -> Audience {
        Audience::of(self.principal.user.kind)
    }

    /// The caller as somebody who acts in a conversation.
    pub(super) fn actor(&self) -> Actor<'_> {
        Actor::Caller { principal: &self.principal, source: Source::Address(self.address), connection: None }
    }
}

impl FromRequestParts<Api> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let mut principal = match token(parts)? {
            Some(token) => {
                let channel_key = text(&parts.headers, X_CHANNEL_KEY);
                api.accounts.authenticate_from(api.address(parts), token, Entry::Rest, channel_key).await?
            }
            None => {
                let cookie = cookie::find(&parts.headers, api.cookie_scope(api.is_secure(parts)));
                let cookie = cookie.ok_or_else(WireError::unauthenticated)?;
                let principal = api.accounts.authenticate_session(cookie).await?;
                check_same_site(api, parts)?;
                principal
            }
        };
        if let Some(org) = text(&parts.headers, X_ACTING_FOR) {
            principal = api.accounts.acting_for(principal, org).await?;
        }
        principal.standing.is_reading = matches!(parts.method, Method::GET | Method::HEAD);
        tracing::Span::current().record("org.id", tracing::field::display(principal.org));
        if let Some(request) = audit::current() {
            request.set_caller(&principal);
        }
        let origin = text(&parts.headers, header::ORIGIN.as_str());
        api.accounts.check_origin(&mut principal, Entry::Rest, origin, host(parts)).await?;
        if principal.credential.starts_with("token:") {
            api.hub.base().limits.count(Limit::RestRequests, Source::Token(&principal.credential))?;
        }
        Ok(Self { principal, address: api.address(parts) })
    }
}

/// A caller who is a visitor.
#[derive(Debug, Clone)]
pub(super) struct Visitor(pub(super) Caller);

impl FromRequestParts<Api> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, api).await?;
        Right::UseWidget.check(&caller.principal)?;
        Ok(Self(caller))
    }
}

/// The origin of a request, authenticated or not.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) address: IpAddr,
    pub(super) origin: Option<String>,
    pub(super) host: Option<String>,
    pub(super) is_secure: bool,
    /// The device cookie of an earlier sign-in.
    pub(super) device: Option<String>,
    /// What the browser says of itself.
    pub(super) browser: Option<String>,
    /// The language it would like best, such as `es-MX`; empty where it says none.
    pub(super) locale: String,
    /// Base URL of this server for links.
    pub(super) base: String,
}

impl Place {
    /// Where a sign-in comes from.
    pub(super) fn sign_in(&self) -> SignInFrom<'_> {
        SignInFrom {
            address: self.address,
            device: self.device.as_deref(),
            browser: self.browser.as_deref(),
            locale: &self.locale,
        }
    }
}

impl FromRequestParts<Api> for Place {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        Ok(Self {
            address: api.address(parts),
            origin: text(&parts.headers, header::ORIGIN.as_str()).map(str::to_owned),
            host: host(parts).map(str::to_owned),
            is_secure: api.is_secure(parts),
            device: cookie::find_device(&parts.headers, api.cookie_scope(api.is_secure(parts)))
                .map(str::to_owned),
            browser: text(&parts.headers, header::USER_AGENT.as_str()).map(str::to_owned),
            locale: text(&parts.headers, header::ACCEPT_LANGUAGE.as_str())
                .and_then(|text| text.split([',', ';']).next())
                .unwrap_or_default()
                .trim()
                .to_owned(),
            base: api.base(),
        })
    }
}

/// The id in a path; a malformed id is answered like an unknown one.
#[derive(Debug, Clone)]
pub(super) struct Id(pub(super) String);

impl Id {
    pub(super) fn conversation(&self) -> Result<ConversationId, ServiceError> {
        let id = Target::from(self.0.as_str()).id()?;
        tracing::Span::current().record("conversation.id", tracing::field::display(id));
        Ok(id)
    }

    pub(super) fn channel(&self) -> Result<ChannelId, ServiceError> {
        self.0.parse().map_err(|_| ServiceError::not_found())
    }
}

impl FromRequestParts<Api> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        match Path::<String>::from_request_parts(parts, api).await {
            Ok(Path(id)) if !id.contains('\0') => Ok(Self(id)),
            Ok(_) | Err(_) => Err(WireError::not_found().into()),
        }
    }
}

/// The two ids in a path, of a thing and of one inside it.
#[derive(Debug, Clone)]
pub(super) struct IdPair(pub(super) Id, pub(super) Id);

impl FromRequestParts<Api> for IdPair {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        match Path::<(String, String)>::from_request_parts(parts, api).await {
            Ok(Path((outer, inner))) if !outer.contains('\0') && !inner.contains('\0') => {
                Ok(Self(Id(outer), Id(inner)))
            }
            Ok(_) | Err(_) => Err(WireError::not_found().into()),
        }
    }
}

/// Applies the rate limit of widget reads.
pub(super) fn count_widget_read(api: &Api, address: IpAddr) -> Result<(), ServiceError> {
    api.hub.base().limits.count(Limit::WidgetReads, Source::Address(address))
}

/// The token of a request; what stands where a token should and is none, is not passed over for a cookie.
fn token(parts: &Parts) -> Result<Option<&str>, WireError> {
    let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
        return match parts.headers.get(X_API_KEY) {
            Some(value) => value.to_str().map(Some).map_err(|_| WireError::unauthenticated()),
            None => Ok(None),
        };
    };
    let pair = value.to_str().ok().and_then(|value| value.trim().split_once(' '));
    match pair.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) {
        Some((_, token)) => Ok(Some(token.trim())),
        None => Err(WireError::unauthenticated()),
    }
}

/// A browser sends the cookie also for other sites' pages: what changes something must show that it comes from ours.
fn check_same_site(api: &Api, parts: &Parts) -> Result<(), WireError> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    // A foreign page cannot send this header without a preflight, which agents' paths never answer.
    let is_asked = parts.headers.contains_key(X_REQUESTED_WITH);
    let is_fetched = text(&parts.headers, SEC_FETCH_SITE) == Some("same-origin");
    let origin = text(&parts.headers, header::ORIGIN.as_str());
    let is_own = origin.is_some_and(|origin| api.accounts.is_own_origin(origin, host(parts)));
    if is_asked || is_fetched || is_own {
        return Ok(());
    }
    let error = WireError::forbidden("send X-Requested-With to show that this comes from the console");
    Err(WireError { reason: Some("cross_site"), ..error })
}
