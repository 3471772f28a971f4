//! Handlers of what is stored of a visitor: exported, and erased.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

use super::api::Api;
use super::caller::{Caller, Id};
use super::error::ApiError;

/// That visitors are being erased.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErasureAnswer {
    /// How many: the visitor, and all who were merged with them.
    visitor_count: usize,
}

/// Erase a visitor and all who were merged with them: conversations, files, recordings, tickets, submissions and the profile. Their access ends at once, the rest follows. It cannot be taken back.
#[utoipa::path(delete, path = "/visitors/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 202, description = "they are being erased", body = ErasureAnswer)))]
pub(super) async fn erase(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<(StatusCode, Json<ErasureAnswer>), ApiError> {
    let visitor_count = api.privacy.erase(&caller.principal, &id.0).await?;
    Ok((StatusCode::ACCEPTED, Json(ErasureAnswer { visitor_count })))
}

/// Download what is stored of a visitor and of all who were merged with them, as a ZIP archive of JSON, files and recordings.
#[utoipa::path(get, path = "/visitors/{id}/export", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, description = "the archive", content_type = "application/zip", body = Vec<u8>)))]
pub(super) async fn export(State(api): State<Api>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let export = api.privacy.export(&caller.principal, &id.0).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_LENGTH, export.bytes.into()),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"visitor.zip\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(export.file))).into_response())
}
