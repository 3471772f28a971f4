//! Handlers that upload and download files of conversations.

use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rooms::Attachment;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::api::Api;
use super::caller::{Caller, Id, Visitor, count_widget_read};
use super::create::{Key, create};
use super::error::ApiError;
use crate::auth::Right;
use crate::hub::Target;
use crate::ids;
use crate::limits::{Limit, Source};
use crate::refusal::ServiceError;
use crate::wire::{AttachmentView, ErrorCode, WireError};

/// Maximum size of a text part; text parts are ids.
const TEXT_PART_MAX_BYTES: usize = 100;
/// Maximum number of form parts read; our forms have two.
const PARTS_MAX: usize = 10;
/// Cache lifetime of a file, whose content never changes under its id.
const CACHED: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// Responses depend on the caller, so a shared browser cache must not mix them.
const VARIES: HeaderValue = HeaderValue::from_static("Authorization, Cookie, X-API-Key");
/// A file opened directly may load and run nothing.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

/// A file to attach: a picture (PNG, JPEG, WebP or GIF), or a document (PDF, plain text, CSV, DOCX, XLSX, PPTX, ODT, ODS or ODP) where the channel takes it.
#[derive(Debug, ToSchema)]
#[schema(as = NewAttachment)]
#[expect(dead_code, reason = "its shape is in the document; the handler reads the parts as they come")]
pub(super) struct AttachmentForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The id of the conversation.
    session_id: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttachmentAnswer {
    attachment: AttachmentView,
}

impl From<&Attachment> for AttachmentAnswer {
    fn from(file: &Attachment) -> Self {
        Self { attachment: file.into() }
    }
}

/// Upload a file to the visitor's conversation, to be referenced by a message.
#[utoipa::path(post, path = "/widget/attachments", tag = "widget",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "the file was stored; a picture without its metadata", body = AttachmentAnswer)))]
pub(super) async fn upload_of_visitor(
    State(api): State<Api>,
    Visitor(caller): Visitor,
    key: Key,
    form: Multipart,
) -> Result<Response, ApiError> {
    upload(&api, &caller, key, form).await
}

/// Upload a file to a conversation, to be referenced by a message.
#[utoipa::path(post, path = "/attachments", tag = "conversations",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "the file was stored; a picture without its metadata", body = AttachmentAnswer)))]
pub(super) async fn upload_of_agent(
    State(api): State<Api>,
    caller: Caller,
    key: Key,
    form: Multipart,
) -> Result<Response, ApiError> {
    Right::UploadAsMember.check(&caller.principal)?;
    upload(&api, &caller, key, form).await
}

/// Download a file of a conversation (its visitor, and agents of its org).
#[utoipa::path(get, path = "/attachments/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, description = "the content, with a type detected from the content", content_type = "*/*")))]
pub(super) async fn get(State(api): State<Api>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    if caller.principal.is_visitor() {
        count_widget_read(&api, caller.address)?;
    }
    let id = id.0.parse().map_err(|_| WireError::not_found())?;
    let (record, file) = api.attachments.open(&caller.principal, id).await?;
    Ok((file_headers(&record.file), Body::from_stream(file.bytes)).into_response())
}

/// How a browser is to treat a file.
pub(super) fn file_headers(file: &Attachment) -> [(HeaderName, HeaderValue); 6] {
    // Only what a browser shows as a picture is shown; everything else is saved.
    let is_picture = file.pixels.is_some();
    [
        (header::CONTENT_TYPE, value(&file.content_type)),
        (header::CONTENT_LENGTH, file.bytes.into()),
        (header::CONTENT_DISPOSITION, value(&disposition(is_picture, &file.name))),
        (header::CACHE_CONTROL, CACHED),
        (header::VARY, VARIES),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ]
}

async fn upload(api: &Api, caller: &Caller, key: Key, form: Multipart) -> Result<Response, ApiError> {
    if caller.principal.is_visitor() {
        api.hub.base().limits.count(Limit::VisitorUploads, Source::Address(caller.address))?;
    }
    api.attachments.check_may_bring(&caller.principal).await?;
    // What it is, and with that its own limit, is known once it is here.
    let max_bytes = api.settings.attachment_max_bytes.max(api.settings.document_max_bytes);
    let form = read_form(form, max_bytes).await?;
    let missing = |part| WireError::bad_request(format!("the form has no part named {part}"));
    let (name, bytes) = form.file.ok_or_else(|| missing("file"))?;
    let session_id = form.session_id.ok_or_else(|| missing("session_id"))?;
    let conversation = Target::from(session_id.as_str()).id()?;
    let request = format!("{session_id} {name} {}", ids::hex(&Sha256::digest(&bytes)));
    let (attachments, principal) = (api.attachments.clone(), caller.principal.clone());
    create(api, caller, key, request.as_bytes(), async move {
        let record = attachments.store(&principal, conversation, &name, bytes).await?;
        Ok::<_, ServiceError>((StatusCode::CREATED, AttachmentAnswer::from(&record.file)))
    })
    .await
}

/// The parts of an uploaded multipart form that are known.
#[derive(Default)]
pub(super) struct UploadForm {
    /// The name and the bytes of the file.
    pub(super) file: Option<(String, Bytes)>,
    session_id: Option<String>,
}

/// Reads the parts of a form as they come; a file has at most `max_bytes`.
pub(super) async fn read_form(mut form: Multipart, max_bytes: usize) -> Result<UploadForm, WireError> {
    let (mut read_parts, mut part_count) = (UploadForm::default(), 0);
    while let Some(part) = form.next_field().await.map_err(broken)? {
        part_count += 1;
        if part_count > PARTS_MAX {
            return Err(WireError::bad_request("the form has too many parts"));
        }
        match part.name().unwrap_or_default() {
            "file" if read_parts.file.is_none() => {
                let name = part.file_name().unwrap_or_default().to_owned();
                read_parts.file = Some((name, read(part, max_bytes).await?.into()));
            }
            "file" => return Err(WireError::bad_request("send one file at a time")),
            "session_id" => {
                let bytes = read(part, TEXT_PART_MAX_BYTES).await?;
                read_parts.session_id = Some(String::from_utf8(bytes).map_err(|_| WireError::not_found())?);
            }
            _ => {}
        }
    }
    Ok(read_parts)
}

fn broken(_: MultipartError) -> WireError {
    WireError::bad_request("the form is malformed or broke off")
}

async fn read(mut part: Field<'_>, max_bytes: usize) -> Result<Vec<u8>, WireError> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(broken)? {
        if bytes.len() + piece.len() > max_bytes {
            let words = format!("this part of the form has at most {max_bytes} bytes");
            return Err(WireError::new(ErrorCode::TooLarge, words));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Percent-encodes a file name as RFC 5987 requires.
fn disposition(is_picture: bool, name: &str) -> String {
    let shown = if is_picture { "inline" } else { "attachment" };
    let mut text = format!("{shown}; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("media types are ours and names are plain ASCII by now")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(disposition(true, "a b\"\r\né.png"), "inline; filename*=UTF-8''a%20b%22%0D%0A%C3%A9.png");
        assert_eq!(disposition(false, "a.pdf"), "attachment; filename*=UTF-8''a.pdf");
    }
}
