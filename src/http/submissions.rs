//! Handlers of submissions.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id};
use super::enums::SubmissionStatus;
use super::error::ApiError;
use super::pagination::lenient_after;
use super::pagination::{List, cut, limit};
use crate::model::{SubmissionFilter, SubmissionRecord};
use crate::wire::rfc3339;

/// An enquiry sent through the assistant's enquiry tool.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Submission)]
pub(super) struct SubmissionView {
    id: String,
    channel_id: Option<String>,
    conversation_id: Option<String>,
    visitor_id: Option<String>,
    name: Option<String>,
    email: String,
    subject: String,
    body: String,
    /// `open`, `done` or `archived`.
    #[schema(value_type = SubmissionStatus)]
    status: String,
    /// The member who last set the status.
    handled_by: Option<String>,
    created_at: String,
    updated_at: String,
}

impl From<SubmissionRecord> for SubmissionView {
    fn from(record: SubmissionRecord) -> Self {
        Self {
            id: record.id.to_string(),
            channel_id: record.channel_id.map(|id| id.to_string()),
            conversation_id: record.conversation_id.map(|id| id.to_string()),
            visitor_id: record.visitor_id.map(|id| id.to_string()),
            name: record.name,
            email: record.email,
            subject: record.subject,
            body: record.body,
            status: record.status,
            handled_by: record.handled_by.map(|id| id.to_string()),
            created_at: rfc3339(rooms::Timestamp(record.created_at)),
            updated_at: rfc3339(rooms::Timestamp(record.updated_at)),
        }
    }
}

/// Filter for submissions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SubmissionsQuery {
    /// `open`, `done` or `archived`; all by default.
    status: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmissionBody {
    #[schema(value_type = SubmissionStatus)]
    status: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SubmissionAnswer {
    submission: SubmissionView,
}

/// List the enquiries of the org, newest first.
#[utoipa::path(get, path = "/submissions", tag = "tickets", params(SubmissionsQuery),
    responses((status = 200, description = "a page of enquiries", body = List<SubmissionView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<SubmissionsQuery>,
) -> Result<Json<List<SubmissionView>>, ApiError> {
    let limit = limit(asked.limit);
    let filter = SubmissionFilter {
        status: asked.status.unwrap_or_default(),
        before: lenient_after(asked.cursor.as_deref()),
        limit: limit + 1,
    };
    let found = api.tools.submissions(&caller.principal, &filter).await?;
    let (items, next_cursor) = cut(found, limit, |one| one.id.to_string());
    Ok(Json(List { items: items.into_iter().map(SubmissionView::from).collect(), next_cursor }))
}

/// Update the status of an enquiry.
#[utoipa::path(patch, path = "/submissions/{id}", tag = "tickets", params(("id" = String, Path)),
    request_body = SubmissionBody, responses((status = 200, description = "the enquiry was updated", body = SubmissionAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<SubmissionBody>,
) -> Result<Json<SubmissionAnswer>, ApiError> {
    let changed = api.tools.set_submission_status(&caller.principal, &id.0, &body.value.status).await?;
    Ok(Json(SubmissionAnswer { submission: changed.into() }))
}
