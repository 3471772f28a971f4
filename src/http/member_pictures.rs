//! Handlers of pictures of members.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::api::{Api, text};
use super::auth::MemberAnswer;
use super::body::Asked;
use super::caller::{Caller, Id, Place};
use super::error::ApiError;
use super::views::MemberView;
use crate::accounts::MEMBER_PICTURE_MAX_BYTES;
use crate::limits::{Limit, Source};
use crate::model::MemberPicture;
use crate::wire::{ErrorCode, WireError};

/// A picture opened directly may load and run nothing.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");
/// For as long a changed picture may be shown as it was.
const CACHED_BY_ALL: HeaderValue = HeaderValue::from_static("public, max-age=300");
const CACHED_BY_ONE: HeaderValue = HeaderValue::from_static("private, max-age=300");
const VARIES: HeaderValue = HeaderValue::from_static("Authorization, Cookie, X-API-Key");
/// Pages that isolate themselves show it too.
const FOR_ALL: HeaderValue = HeaderValue::from_static("cross-origin");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Set the picture of a member, or with `me` one's own: a PNG, JPEG or WebP of at most 1 MiB as the body. Its metadata is removed.
#[utoipa::path(put, path = "/members/{id}/picture", tag = "members", params(("id" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "the picture was set", body = MemberAnswer)))]
pub(super) async fn set(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    request: Request,
) -> Result<Json<MemberAnswer>, ApiError> {
    let body = to_bytes(request.into_body(), MEMBER_PICTURE_MAX_BYTES).await.map_err(|error| {
        let is_limit = std::error::Error::source(&error)
            .is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        if is_limit {
            let words = format!("a member's picture has at most {MEMBER_PICTURE_MAX_BYTES} bytes");
            WireError::new(ErrorCode::TooLarge, words)
        } else {
            WireError::bad_request("the body ended early")
        }
    })?;
    let member = api.accounts.member_pictures().set(&caller.principal, &id.0, body).await?;
    let statuses = api.hub.agent_statuses(member.org).await;
    let member = MemberView::new(&member, statuses.get(&member.id).copied());
    Ok(Json(MemberAnswer { member }))
}

/// Delete the picture of a member, or with `me` one's own.
#[utoipa::path(delete, path = "/members/{id}/picture", tag = "members", params(("id" = String, Path)),
    responses((status = 204, description = "the member has no picture")))]
pub(super) async fn delete(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.accounts.member_pictures().delete(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get the picture of a member of the org.
#[utoipa::path(get, path = "/members/{id}/picture", tag = "members", params(("id" = String, Path)), responses(
    (status = 200, description = "the picture", content_type = "image/*"),
    (status = 204, description = "the member has no picture"),
    (status = 304, description = "it is the picture of `If-None-Match`"),
))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let picture = api.accounts.member_pictures().get(&caller.principal, &id.0).await?;
    let common = [(header::CACHE_CONTROL, CACHED_BY_ONE), (header::VARY, VARIES)];
    Ok((common, show(picture, &headers)).into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PictureQuery {
    /// The public key of a channel of the member's org.
    channel_key: String,
}

/// Get the picture of a member, as visitors see it.
#[utoipa::path(get, path = "/widget/members/{id}/picture", tag = "widget", security(()),
    params(("id" = String, Path), PictureQuery), responses(
    (status = 200, description = "the picture", content_type = "image/*"),
    (status = 204, description = "the member has no picture"),
    (status = 304, description = "it is the picture of `If-None-Match`"),
))]
pub(super) async fn get_for_visitors(
    State(api): State<Api>,
    place: Place,
    id: Id,
    Asked(query): Asked<PictureQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // Not a read of the widget's own: a page shows many of them at once.
    api.hub.base().limits.count(Limit::MemberPictures, Source::Address(place.address))?;
    let (origin, host) = (place.origin.as_deref(), place.host.as_deref());
    let pictures = api.accounts.member_pictures();
    let picture = pictures.get_for_visitors(&query.channel_key, &id.0, place.address, origin, host).await?;
    let common = [(header::CACHE_CONTROL, CACHED_BY_ALL), (RESOURCE_POLICY, FOR_ALL)];
    Ok((common, show(picture, &headers)).into_response())
}

fn show(picture: Option<MemberPicture>, headers: &HeaderMap) -> Response {
    let policy = (header::CONTENT_SECURITY_POLICY, POLICY);
    let Some(picture) = picture else { return (StatusCode::NO_CONTENT, [policy]).into_response() };
    let tag = format!("\"{}\"", picture.sha256);
    let value = |text: &str| HeaderValue::from_str(text).expect("media types and digests are plain ASCII");
    let tagged = [policy, (header::ETAG, value(&tag))];
    if text(headers, header::IF_NONE_MATCH.as_str()).is_some_and(|known| known.contains(&tag)) {
        return (StatusCode::NOT_MODIFIED, tagged).into_response();
    }
    (tagged, [(header::CONTENT_TYPE, value(&picture.content_type))], picture.bytes).into_response()
}
