//! Extractors for bodies and queries: bounded, validated, and free of text that storage cannot round-trip.

use axum::body::{Bytes, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Deserializer};

use super::api::{Api, text};
use super::error::ApiError;
use crate::wire::{ErrorCode, WireError, check_json_text};

/// A JSON body. Unknown fields are ignored.
#[derive(Debug)]
pub(super) struct Body<T> {
    pub(super) value: T,
    /// The raw bytes, to compare a retry with the first request.
    pub(super) bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        check_media_type(&request)?;
        let bytes = read(request, api).await?;
        Ok(Self { value: parse(&bytes)?, bytes })
    }
}

/// An optional JSON body; absent fields have their defaults.
#[derive(Debug)]
pub(super) struct MaybeBody<T>(pub(super) T);

impl<T: DeserializeOwned + Default> FromRequest<Api> for MaybeBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let media_type = check_media_type(&request);
        let bytes = read(request, api).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(T::default()));
        }
        media_type?;
        Ok(Self(parse(&bytes)?))
    }
}

/// The query string of a URL.
#[derive(Debug)]
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Api> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(WireError::bad_request("text must not hold NUL characters").into());
        }
        let asked: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, api).await;
        match asked {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => Err(WireError::bad_request(rejection.body_text()).into()),
        }
    }
}

/// A string that is never printed and is wiped from memory when dropped.
pub(super) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// The same, where there may be none.
pub(super) fn some_secret<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}

fn check_media_type(request: &Request) -> Result<(), ApiError> {
    let media_type = text(request.headers(), header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
        return Ok(());
    }
    let error = WireError::bad_request("send the body as application/json");
    Err(ApiError::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, error))
}

async fn read(request: Request, api: &Api) -> Result<Bytes, ApiError> {
    let max_bytes = api.settings.max_body_bytes;
    let too_large = || WireError::new(ErrorCode::TooLarge, format!("a body has at most {max_bytes} bytes"));
    let announced = text(request.headers(), header::CONTENT_LENGTH.as_str());
    if announced.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > max_bytes) {
        return Err(too_large().into());
    }
    to_bytes(request.into_body(), max_bytes).await.map_err(|error| {
        let is_limit = std::error::Error::source(&error)
            .is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        if is_limit { too_large() } else { WireError::bad_request("the body ended early") }.into()
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    let json = std::str::from_utf8(bytes).map_err(|_| WireError::bad_request("the body is not UTF-8"))?;
    check_json_text(json).map_err(|fault| WireError::bad_request(fault.message()))?;
    serde_json::from_str(json)
        .map_err(|error| WireError::bad_request(format!("the body does not fit: {error}")))
}
