//! Handlers of merging visitors who are one person.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::error::ApiError;
use crate::model::VisitorMerge;
use crate::wire::{MainVisitorView, UserView, rfc3339};

/// That a visitor was merged into another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorMerge)]
pub(super) struct VisitorMergeView {
    visitor: MainVisitorView,
    /// The id of the visitor into whom they were merged then.
    into: String,
    by: UserView,
    at: String,
    /// Until when it can be taken back; null where that is over.
    undo_until: Option<String>,
}

impl VisitorMergeView {
    pub(super) fn list(api: &Api, merges: &[VisitorMerge]) -> Vec<Self> {
        let merging = api.accounts.merging();
        let view = |merge: &VisitorMerge| Self {
            visitor: MainVisitorView::from(&merge.visitor),
            into: merge.into.to_string(),
            by: UserView::from(&merge.by),
            at: rfc3339(merge.at),
            undo_until: merging.undo_until(merge).map(rfc3339),
        };
        merges.iter().map(view).collect()
    }
}

/// Into whom a visitor is merged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeBody {
    /// The id of a visitor of the same org.
    into: String,
}

/// The merges of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MergesAnswer {
    /// The newest first.
    merges: Vec<VisitorMergeView>,
}

/// Merge a visitor into another who is the same person: agents see one name and one history, and browsers still only their own conversations. Nothing changes where they are one person already.
#[utoipa::path(post, path = "/visitors/{id}/merge", tag = "conversations", params(("id" = String, Path)),
    request_body = MergeBody, responses((status = 200, description = "the merges of the person", body = MergesAnswer)))]
pub(super) async fn merge(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<MergeBody>,
) -> Result<Json<MergesAnswer>, ApiError> {
    let merges = api.accounts.merging().merge(&caller.principal, &id.0, &body.value.into).await?;
    Ok(Json(MergesAnswer { merges: VisitorMergeView::list(&api, &merges) }))
}

/// Take the merge of a visitor back; whoever was merged into them before goes with them.
#[utoipa::path(post, path = "/visitors/{id}/unmerge", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, description = "the merges of the person who is left", body = MergesAnswer)))]
pub(super) async fn unmerge(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<MergesAnswer>, ApiError> {
    let merges = api.accounts.merging().unmerge(&caller.principal, &id.0).await?;
    Ok(Json(MergesAnswer { merges: VisitorMergeView::list(&api, &merges) }))
}
