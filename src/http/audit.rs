//! Handlers of the audit log.

use axum::Json;
use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::Asked;
use super::caller::Caller;
use super::enums::AuditActorKind;
use super::error::ApiError;
use super::pagination::{List, cut, limit};
use super::ratings::moment;
use crate::model::{AuditFilter, AuditRow};
use crate::wire::{WireError, rfc3339};

const FILE_NAME: &str = "attachment; filename=\"audit-log.csv\"";
const TEXT_MAX_CHARS: usize = 200;

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// Only this act, such as `member.change`, or all acts on one kind of thing, such as `member`.
    act: Option<String>,
    /// Only what the one with this id did.
    actor: Option<String>,
    /// Only from this moment on, as RFC 3339, or from the beginning of this day (UTC).
    from: Option<String>,
    /// Only before this moment or day.
    to: Option<String>,
    /// Words that stand in the row, at most 200 characters: an act, a name, an address, an id, something that changed.
    text: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

impl AuditQuery {
    fn filter(self) -> Result<AuditFilter, WireError> {
        let given =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let text = given(self.text);
        if text.as_ref().is_some_and(|text| text.chars().count() > TEXT_MAX_CHARS) {
            return Err(WireError::bad_request("text has at most 200 characters"));
        }
        let before = given(self.cursor).map(|cursor| cursor.parse()).transpose();
        Ok(AuditFilter {
            act: given(self.act),
            actor: given(self.actor),
            from: moment("from", self.from.as_deref())?,
            to: moment("to", self.to.as_deref())?,
            text,
            before: before
                .map_err(|_| WireError::bad_request("cursor must be the next_cursor of the page before"))?,
        })
    }
}

/// Who acted.
#[derive(Debug, Serialize, ToSchema)]
struct AuditActorView {
    #[schema(value_type = AuditActorKind)]
    kind: String,
    id: Option<String>,
    /// Their name at that time; empty for visitors.
    name: String,
}

/// A row of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub(super) struct AuditRowView {
    /// Its number in its chain.
    seq: i64,
    at: String,
    act: String,
    actor: AuditActorView,
    address: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
    /// The id of what it was done to.
    subject_id: Option<String>,
    /// What has changed as it was; null where nothing was there.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// The same as it became.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// SHA-256 over the row and the hash before it.
    hash: String,
}

impl From<&AuditRow> for AuditRowView {
    fn from(row: &AuditRow) -> Self {
        let json = |text: &Option<String>| text.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Self {
            seq: row.seq,
            at: rfc3339(rooms::Timestamp(row.created_at)),
            act: row.act.clone(),
            actor: AuditActorView {
                kind: row.actor_kind.clone(),
                id: row.actor_id.clone(),
                name: row.actor_name.clone(),
            },
            address: row.address.clone(),
            user_agent: row.user_agent.clone(),
            request_id: row.request_id.clone(),
            subject_id: row.subject_id.clone(),
            before: json(&row.before_json),
            after: json(&row.after_json),
            hash: row.hash.clone(),
        }
    }
}

async fn page(
    api: &Api,
    caller: &Caller,
    of_platform: bool,
    query: AuditQuery,
) -> Result<Json<List<AuditRowView>>, ApiError> {
    let limit = limit(query.limit);
    let rows = api.audit.list(&caller.principal, of_platform, &query.filter()?, limit + 1).await?;
    let (rows, next_cursor) = cut(rows, limit, |row| row.seq.to_string());
    Ok(Json(List { items: rows.iter().map(AuditRowView::from).collect(), next_cursor }))
}

async fn file(
    api: &Api,
    caller: &Caller,
    of_platform: bool,
    query: AuditQuery,
) -> Result<Response, ApiError> {
    let csv = api.audit.export(&caller.principal, of_platform, &query.filter()?).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(FILE_NAME)),
    ];
    Ok((headers, csv).into_response())
}

/// List the audit log of the org, newest first.
#[utoipa::path(get, path = "/audit", tag = "protection", params(AuditQuery),
    responses((status = 200, description = "a page of rows", body = List<AuditRowView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<AuditQuery>,
) -> Result<Json<List<AuditRowView>>, ApiError> {
    page(&api, &caller, false, query).await
}

/// Export the audit log of the org as CSV, newest first, at most 10,000 rows.
#[utoipa::path(get, path = "/audit/export", tag = "protection", params(AuditQuery),
    responses((status = 200, description = "the file", content_type = "text/csv", body = String)))]
pub(super) async fn export(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<AuditQuery>,
) -> Result<Response, ApiError> {
    file(&api, &caller, false, query).await
}

/// List the audit log of the platform, newest first.
#[utoipa::path(get, path = "/platform/audit", tag = "protection", params(AuditQuery),
    responses((status = 200, description = "a page of rows", body = List<AuditRowView>)))]
pub(super) async fn list_of_platform(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<AuditQuery>,
) -> Result<Json<List<AuditRowView>>, ApiError> {
    page(&api, &caller, true, query).await
}

/// Export the audit log of the platform as CSV, newest first, at most 10,000 rows.
#[utoipa::path(get, path = "/platform/audit/export", tag = "protection", params(AuditQuery),
    responses((status = 200, description = "the file", content_type = "text/csv", body = String)))]
pub(super) async fn export_of_platform(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<AuditQuery>,
) -> Result<Response, ApiError> {
    file(&api, &caller, true, query).await
}
