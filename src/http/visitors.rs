//! Handlers of visitors, for agents.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::error::ApiError;
use super::visitor_merges::VisitorMergeView;
use crate::model::{PageVisit, VisitorBlock, VisitorConsent};
use crate::wire::{MainVisitorView, PageView, UserView, VisitorView, rfc3339, visitor_view};

/// A page that a visitor was on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PageVisit)]
struct PageVisitView {
    page: PageView,
    at: String,
}

impl From<&PageVisit> for PageVisitView {
    fn from(visit: &PageVisit) -> Self {
        Self { page: PageView::from(&visit.page), at: rfc3339(visit.at) }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VisitorAnswer {
    visitor: VisitorView,
    /// The pages they were on, the newest first, at most 50.
    pages: Vec<PageVisitView>,
    /// From where they began last; null to agents, and where it is not kept any more.
    address: Option<String>,
    /// What they agreed to before they wrote, the newest first.
    consents: Vec<VisitorConsentView>,
    /// Null where they are not blocked.
    blocked: Option<VisitorBlockView>,
    /// Who stands for the person they were merged into.
    merged_into: Option<MainVisitorView>,
    /// The merges of the person they are of, the newest first.
    merges: Vec<VisitorMergeView>,
}

/// What a visitor agreed to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorConsent)]
struct VisitorConsentView {
    /// In the words that they read.
    text: String,
    accepted_at: String,
}

/// That a visitor is blocked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitorBlock)]
struct VisitorBlockView {
    by: UserView,
    reason: Option<String>,
    at: String,
}

impl From<VisitorBlock> for VisitorBlockView {
    fn from(block: VisitorBlock) -> Self {
        Self { by: UserView::from(&block.by), reason: block.reason, at: rfc3339(block.at) }
    }
}

/// Why a visitor is blocked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockBody {
    /// For agents only; at most 300 characters.
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BlockAnswer {
    /// Null where they are not blocked.
    blocked: Option<VisitorBlockView>,
}

/// Get a visitor and the pages they were on.
#[utoipa::path(get, path = "/visitors/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, description = "the visitor", body = VisitorAnswer)))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<VisitorAnswer>, ApiError> {
    let (visitor, visits) = api.hub.visitor(&caller.principal, &id.0).await?;
    let blocked = api.accounts.blocking().of(&caller.principal, visitor.id).await?;
    let merges = api.accounts.merging().of(&caller.principal, &visitor).await?;
    let consents = api.hub.visitor_consents(&caller.principal, visitor.id).await?;
    let consent = |one: VisitorConsent| VisitorConsentView {
        text: one.text,
        accepted_at: rfc3339(rooms::Timestamp(one.accepted_at)),
    };
    let address = api.security.visitor_address(&caller.principal, visitor.id).await?;
    Ok(Json(VisitorAnswer {
        address,
        consents: consents.into_iter().map(consent).collect(),
        merged_into: visitor.merged_into.as_ref().map(MainVisitorView::from),
        merges: VisitorMergeView::list(&api, &merges),
        visitor: visitor_view(&visitor),
        pages: visits.iter().map(PageVisitView::from).collect(),
        blocked: blocked.map(VisitorBlockView::from),
    }))
}

/// Block a visitor: they are refused new conversations, messages, calls and files, and their call ends. Who is blocked already stays so.
#[utoipa::path(post, path = "/visitors/{id}/block", tag = "conversations", params(("id" = String, Path)),
    request_body = BlockBody, responses((status = 200, description = "that they are blocked", body = BlockAnswer)))]
pub(super) async fn block(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<BlockBody>,
) -> Result<Json<BlockAnswer>, ApiError> {
    let reason = body.value.reason.as_deref();
    let blocked = api.accounts.blocking().block(&caller.principal, &id.0, reason).await?;
    Ok(Json(BlockAnswer { blocked: blocked.map(VisitorBlockView::from) }))
}

/// Take the block of a visitor back; nothing changes where there is none.
#[utoipa::path(post, path = "/visitors/{id}/unblock", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, description = "that they are not blocked", body = BlockAnswer)))]
pub(super) async fn unblock(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<BlockAnswer>, ApiError> {
    let blocked = api.accounts.blocking().unblock(&caller.principal, &id.0).await?;
    Ok(Json(BlockAnswer { blocked: blocked.map(VisitorBlockView::from) }))
}
