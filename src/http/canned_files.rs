//! Handlers of files of canned replies.

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rooms::Attachment;

use super::api::Api;
use super::attachments::{AttachmentAnswer, file_headers, read_form};
use super::caller::{Caller, Id, IdPair};
use super::error::ApiError;
use crate::auth::Right;
use crate::wire::WireError;

/// A file to add to a canned reply.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewCannedFile)]
#[expect(dead_code, reason = "its shape is in the document; the handler reads the parts as they come")]
pub(super) struct CannedFileForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Add a file to a canned reply: a picture without its metadata, or a document of a kind that the org takes. Those of the org's are added by owners and admins.
#[utoipa::path(post, path = "/canned-replies/{id}/files", tag = "desk", params(("id" = String, Path)),
    request_body(content = CannedFileForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "the file was added", body = AttachmentAnswer)))]
pub(super) async fn add(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    form: Multipart,
) -> Result<(StatusCode, Json<AttachmentAnswer>), ApiError> {
    let principal = &caller.principal;
    Right::UseCannedReplies.check(principal)?;
    let file = read_form(form, api.settings.canned_file_max_bytes).await?.file;
    let (name, bytes) = file.ok_or_else(|| WireError::bad_request("the form has no part named file"))?;
    let (file, bytes) = api.attachments.examine(principal.org, &name, bytes).await?;
    let file: Attachment = api.desk.canned_replies().add_file(principal, &id.0, file, bytes).await?;
    Ok((StatusCode::CREATED, Json(AttachmentAnswer::from(&file))))
}

/// Download a file of a canned reply.
#[utoipa::path(get, path = "/canned-replies/{id}/files/{file_id}", tag = "desk",
    params(("id" = String, Path), ("file_id" = String, Path)),
    responses((status = 200, description = "the content, with a type detected from the content", content_type = "*/*")))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    IdPair(id, file): IdPair,
) -> Result<Response, ApiError> {
    let (file, bytes) = api.desk.canned_replies().file(&caller.principal, &id.0, &file.0).await?;
    Ok((file_headers(&file), bytes).into_response())
}

/// Delete a file of a canned reply.
#[utoipa::path(delete, path = "/canned-replies/{id}/files/{file_id}", tag = "desk",
    params(("id" = String, Path), ("file_id" = String, Path)),
    responses((status = 204, description = "the file was deleted")))]
pub(super) async fn delete(
    State(api): State<Api>,
    caller: Caller,
    IdPair(id, file): IdPair,
) -> Result<StatusCode, ApiError> {
    api.desk.canned_replies().delete_file(&caller.principal, &id.0, &file.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
