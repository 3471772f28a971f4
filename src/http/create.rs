//! Idempotent creates with an `Idempotency-Key`.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;

use super::api::Api;
use super::caller::Caller;
use super::error::ApiError;
use crate::accounts::{Answer, Once};
use crate::audit;
use crate::ids;
use crate::refusal::ServiceError;
use crate::wire::WireError;

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const REPLAYED: &str = "idempotency-replayed";

/// The Idempotency-Key of a create request, if any.
#[derive(Debug)]
pub(super) struct Key {
    key: Option<String>,
    route: String,
}

impl FromRequestParts<Api> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, ApiError> {
        let key = match parts.headers.get(IDEMPOTENCY_KEY).map(HeaderValue::to_str) {
            None => None,
            Some(Ok(key)) => Some(key.to_owned()),
            Some(Err(_)) => {
                return Err(WireError::bad_request("Idempotency-Key must be visible characters").into());
            }
        };
        Ok(Self { key, route: format!("{} {}", parts.method, parts.uri.path()) })
    }
}

/// Runs a create, or replays the response stored under its Idempotency-Key. The work continues if the client
/// disconnects, so that a retry finds what was created.
pub(super) async fn create<T: Serialize>(
    api: &Api,
    caller: &Caller,
    key: Key,
    body: &[u8],
    work: impl Future<Output = Result<(StatusCode, T), ServiceError>> + Send + 'static,
) -> Result<Response, ApiError> {
    let work = async move {
        let (status, view) = work.await?;
        let body = serde_json::to_string(&view).map_err(ServiceError::internal)?;
        Ok(Answer { status: status.as_u16(), body })
    };
    let Some(given) = key.key else {
        return Ok(show(work.await?, false));
    };
    let once = Once {
        scope: format!("{} {}", caller.principal.credential, key.route),
        key: given,
        request_hash: ids::hex(&Sha256::digest(body)),
    };
    let accounts = api.accounts.clone();
    // A failure is logged inside: the caller may have disconnected.
    let working = async move { accounts.run_once(once, work).await.map_err(ApiError::from) };
    let running = api.hub.base().tasks.spawn(audit::carried(working).in_current_span());
    let (answer, is_repeat) = running.await.map_err(ServiceError::internal)??;
    Ok(show(answer, is_repeat))
}

/// Whether a response was stored under an Idempotency-Key: nothing was done for it now.
pub(super) fn is_replayed(response: &Response) -> bool {
    response.headers().contains_key(REPLAYED)
}

fn show(answer: Answer, is_repeat: bool) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let mut response = (status, json, answer.body).into_response();
    if is_repeat {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
