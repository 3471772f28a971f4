//! Handlers of canned replies.

use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use rooms::Attachment;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::{Api, text};
use super::body::{Asked, Body};
use super::caller::{Caller, Id};
use super::create::{Key, create};
use super::enums;
use super::error::ApiError;
use super::pagination::{List, PageQuery};
use crate::desk::{CannedReplyFields, CannedScope};
use crate::model::{CannedReplyRecord, ImportCounts, Patch};
use crate::wire::{AttachmentView, ErrorCode, WireError, rfc3339};

const IMPORT_MAX_BYTES: usize = 1_048_576;
const FILE_NAME: &str = "attachment; filename=\"canned-replies.csv\"";

/// A canned reply.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CannedReply)]
pub(super) struct CannedReplyView {
    id: String,
    #[schema(value_type = enums::CannedReplyScope)]
    scope: &'static str,
    /// The folder it is listed in.
    folder: Option<String>,
    /// What is typed behind the slash; unique within its scope.
    shortcut: String,
    title: String,
    /// The text, with variables such as `{{visitor.name|there}}`.
    body: String,
    /// How often it was inserted.
    used_count: i64,
    /// What is sent with it, unless the agent takes it out.
    files: Vec<AttachmentView>,
    created_at: String,
    updated_at: String,
}

impl CannedReplyView {
    fn new(record: &CannedReplyRecord, files: &[Attachment]) -> Self {
        Self {
            id: record.id.to_string(),
            scope: CannedScope::of(record).as_str(),
            folder: record.folder.clone(),
            shortcut: record.shortcut.clone(),
            title: record.title.clone(),
            body: record.body.clone(),
            used_count: record.used_count,
            files: files.iter().map(Into::into).collect(),
            created_at: rfc3339(rooms::Timestamp(record.created_at)),
            updated_at: rfc3339(rooms::Timestamp(record.updated_at)),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CannedReplyAnswer {
    canned_reply: CannedReplyView,
}

impl CannedReplyAnswer {
    fn new(record: &CannedReplyRecord, files: &[Attachment]) -> Self {
        Self { canned_reply: CannedReplyView::new(record, files) }
    }
}

/// A new canned reply.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewCannedReply)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBody {
    /// Whether every agent of the org uses it, which owners and admins may create, or only the caller.
    #[schema(value_type = enums::CannedReplyScope)]
    scope: String,
    /// The folder it is listed in.
    #[serde(default)]
    folder: Option<String>,
    /// 1 to 32 of a-z, 0-9, _ and -; unique within its scope.
    shortcut: String,
    title: String,
    /// At most 10,000 characters.
    body: String,
}

/// Fields of a canned reply; absent fields keep their value.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CannedReplyChange)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBody {
    /// The folder it is listed in; null takes it out of its folder.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    folder: Patch<String>,
    #[serde(default)]
    shortcut: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    body: Option<String>,
}

/// The scope of imported rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// `org` or `personal`: the scope of rows that name none; `personal` by default.
    scope: Option<String>,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CannedReplyImport)]
pub(super) struct ImportAnswer {
    created_count: usize,
    /// Canned replies whose scope had their shortcut already.
    updated_count: usize,
}

impl From<ImportCounts> for ImportAnswer {
    fn from(counts: ImportCounts) -> Self {
        Self { created_count: counts.created_count, updated_count: counts.updated_count }
    }
}

fn scope(name: &str) -> Result<CannedScope, WireError> {
    CannedScope::parse(name).ok_or_else(|| WireError::bad_request("scope must be org or personal"))
}

/// List the canned replies of the org and the caller's own, oldest first.
#[utoipa::path(get, path = "/canned-replies", tag = "desk", params(PageQuery),
    responses((status = 200, description = "a page of canned replies", body = List<CannedReplyView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<List<CannedReplyView>>, ApiError> {
    let replies = api.desk.canned_replies();
    let records = replies.list(&caller.principal, page.after()?, page.limit() + 1).await?;
    let files = replies.files_of(&caller.principal, &records).await?;
    let files = |record: &CannedReplyRecord| files.get(&record.id).map_or(&[][..], Vec::as_slice);
    let view = |record: &CannedReplyRecord| CannedReplyView::new(record, files(record));
    Ok(Json(page.list(records, |record| record.id.to_string(), view)))
}

/// Create a canned reply.
#[utoipa::path(post, path = "/canned-replies", tag = "desk", request_body = NewBody,
    responses((status = 201, description = "the canned reply was created", body = CannedReplyAnswer)))]
pub(super) async fn make(
    State(api): State<Api>,
    caller: Caller,
    key: Key,
    body: Body<NewBody>,
) -> Result<Response, ApiError> {
    let (desk, principal) = (api.desk.clone(), caller.principal.clone());
    let given = body.value;
    create(&api, &caller, key, &body.bytes, async move {
        let fields = CannedReplyFields {
            folder: given.folder.map_or(Patch::Keep, Patch::Set),
            shortcut: Some(given.shortcut),
            title: Some(given.title),
            body: Some(given.body),
        };
        let made = desk.canned_replies().create(&principal, scope(&given.scope)?, fields).await?;
        Ok((StatusCode::CREATED, CannedReplyAnswer::new(&made, &[])))
    })
    .await
}

/// Update a canned reply. Those of the org are changed by owners and admins.
#[utoipa::path(patch, path = "/canned-replies/{id}", tag = "desk", params(("id" = String, Path)),
    request_body = ChangeBody,
    responses((status = 200, description = "the canned reply was updated", body = CannedReplyAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<ChangeBody>,
) -> Result<Json<CannedReplyAnswer>, ApiError> {
    let ChangeBody { folder, shortcut, title, body } = body.value;
    let fields = CannedReplyFields { folder, shortcut, title, body };
    let replies = api.desk.canned_replies();
    let changed = replies.change(&caller.principal, &id.0, fields).await?;
    let files = replies.files_of(&caller.principal, std::slice::from_ref(&changed)).await?;
    let files = files.get(&changed.id).map_or(&[][..], Vec::as_slice);
    Ok(Json(CannedReplyAnswer::new(&changed, files)))
}

/// Delete a canned reply.
#[utoipa::path(delete, path = "/canned-replies/{id}", tag = "desk", params(("id" = String, Path)),
    responses((status = 204, description = "the canned reply was deleted")))]
pub(super) async fn delete(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.desk.canned_replies().delete(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Count a use of a canned reply.
#[utoipa::path(post, path = "/canned-replies/{id}/used", tag = "desk", params(("id" = String, Path)),
    responses((status = 204, description = "the use was counted")))]
pub(super) async fn count_use(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    api.desk.canned_replies().count_use(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Export the canned replies of the org and the caller's own as CSV. A cell that a spreadsheet would take for a
/// formula begins with a single quote, which an import takes off again.
#[utoipa::path(get, path = "/canned-replies/export", tag = "desk",
    responses((status = 200, description = "the file", content_type = "text/csv", body = String)))]
pub(super) async fn export(State(api): State<Api>, caller: Caller) -> Result<Response, ApiError> {
    let csv = api.desk.canned_replies().export(&caller.principal).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(FILE_NAME)),
    ];
    Ok((headers, csv).into_response())
}

/// Import canned replies from CSV of at most 1 MiB, all or none. Columns: `shortcut`, `title`, `body`, and if wanted
/// `scope` and `folder`. A row whose scope has its shortcut already updates that one. A fault names line and column.
#[utoipa::path(post, path = "/canned-replies/import", tag = "desk", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, description = "everything was taken in", body = ImportAnswer)))]
pub(super) async fn import(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<ImportQuery>,
    request: Request,
) -> Result<Json<ImportAnswer>, ApiError> {
    let scope = query.scope.as_deref().filter(|name| !name.is_empty()).map(scope).transpose()?;
    let csv = read(request).await?;
    let replies = api.desk.canned_replies();
    let counts = replies.import(&caller.principal, scope.unwrap_or(CannedScope::Personal), &csv).await?;
    Ok(Json(counts.into()))
}

async fn read(request: Request) -> Result<Bytes, ApiError> {
    let media_type = text(request.headers(), header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("text/csv") {
        let error = WireError::bad_request("send the body as text/csv");
        return Err(ApiError::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
    }
    to_bytes(request.into_body(), IMPORT_MAX_BYTES).await.map_err(|error| {
        let is_limit = std::error::Error::source(&error)
            .is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        let too_large = || WireError::new(ErrorCode::TooLarge, "a file has at most 1,048,576 bytes");
        if is_limit { too_large() } else { WireError::bad_request("the body ended early") }.into()
    })
}
