//! Handlers that list, get, start and label conversations, and list their entries.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use rooms::Priority;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id, count_widget_read};
use super::create::{Key, create};
use super::enums::TicketPriority;
use super::error::ApiError;
use super::pagination::{List, PageQuery, cursor, limit};
use super::views::{ConversationAnswer, EntriesAnswer, entry_view};
use crate::accounts::VisitorFacts;
use crate::hub::{Command, Page};
use crate::model::{ConversationFilter, Patch};
use crate::wire::{
    ConversationView, InboxFilter, InboxSort, InboxStatus, InboxView, WireError, conversation_view,
    parse_priority,
};

const ENTRIES_DEFAULT: u64 = 50;
const ENTRIES_MAX: u64 = 500;

/// Filter for conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ConversationsQuery {
    /// Which conversations; `all` means all that are not closed.
    #[serde(default)]
    #[param(inline)]
    view: InboxView,
    /// Only conversations of this status.
    #[param(inline)]
    status: Option<InboxStatus>,
    /// Only conversations of this channel.
    channel_id: Option<String>,
    /// Only conversations assigned to this agent: an id, `me` or `none`.
    assignee: Option<String>,
    /// Only conversations with this label.
    label: Option<String>,
    /// Only conversations with this priority.
    priority: Option<String>,
    /// The order. By default those of the view `waiting` are by priority and longest wait, all others by the newest change.
    #[param(inline)]
    sort: Option<InboxSort>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

/// List the conversations of the org, most recently changed first, or in the order that is asked.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(ConversationsQuery),
    responses((status = 200, description = "a page of conversations", body = List<ConversationView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<ConversationsQuery>,
) -> Result<Json<List<ConversationView>>, ApiError> {
    let view = InboxFilter {
        view: asked.view,
        status: asked.status,
        channel_id: asked.channel_id,
        assignee: asked.assignee,
        label: asked.label,
        sort: asked.sort,
    };
    let priority = asked.priority.as_deref().map(priority).transpose()?;
    let filter = ConversationFilter {
        view: view.parse()?,
        agent: None,
        priority,
        visitor: None,
        cursor: cursor(asked.cursor.as_deref())?,
        limit: limit(asked.limit),
    };
    let (items, next_cursor) = api.hub.conversations(&caller.principal, filter).await?;
    Ok(Json(List { items, next_cursor }))
}

/// List the conversations that wait for a person, longest wait first.
#[utoipa::path(get, path = "/queue", tag = "conversations", params(PageQuery),
    responses((status = 200, description = "a page of conversations", body = List<ConversationView>)))]
pub(super) async fn queue(
    State(api): State<Api>,
    caller: Caller,
    Asked(page): Asked<PageQuery>,
) -> Result<Json<List<ConversationView>>, ApiError> {
    let after = cursor(page.cursor.as_deref())?;
    let (items, next_cursor) = api.hub.queue(&caller.principal, after, page.limit()).await?;
    Ok(Json(List { items, next_cursor }))
}

/// Get a conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, description = "the conversation", body = ConversationAnswer)))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<ConversationAnswer>, ApiError> {
    let record = api.hub.conversation(&caller.principal, id.conversation()?).await?;
    Ok(Json(ConversationAnswer { conversation: conversation_view(&record) }))
}

/// The visitor to start a conversation for; without an external id a new visitor is created.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct VisitorBody {
    /// The id that the site's own system gave the visitor.
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewConversationBody {
    channel_id: String,
    #[serde(default)]
    visitor: VisitorBody,
}

/// Start a conversation for a visitor, or get their active one (agents and servers).
#[utoipa::path(post, path = "/conversations", tag = "conversations", request_body = NewConversationBody, responses(
    (status = 200, description = "the visitor's active conversation", body = ConversationAnswer),
    (status = 201, description = "a new conversation", body = ConversationAnswer),
))]
pub(super) async fn begin(
    State(api): State<Api>,
    caller: Caller,
    key: Key,
    body: Body<NewConversationBody>,
) -> Result<Response, ApiError> {
    let NewConversationBody { channel_id, visitor } = body.value;
    let facts = VisitorFacts { external_id: visitor.external_id, name: visitor.name, email: visitor.email };
    let (accounts, principal) = (api.accounts.clone(), caller.principal.clone());
    create(&api, &caller, key, &body.bytes, async move {
        let (record, is_new) = accounts.conversations().begin_for(&principal, &channel_id, facts).await?;
        let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, ConversationAnswer { conversation: conversation_view(&record) }))
    })
    .await
}

/// Begin a conversation that continues a closed one with the same visitor, or get their active one.
#[utoipa::path(post, path = "/conversations/{id}/reopen", tag = "conversations", params(("id" = String, Path)),
    responses(
        (status = 200, description = "the visitor's active conversation", body = ConversationAnswer),
        (status = 201, description = "a new conversation", body = ConversationAnswer),
    ))]
pub(super) async fn reopen(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<(StatusCode, Json<ConversationAnswer>), ApiError> {
    let id = id.conversation()?;
    let (record, is_new) = api.accounts.conversations().reopen(&caller.principal, id).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(ConversationAnswer { conversation: conversation_view(&record) })))
}

#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ConversationPatchBody {
    /// The complete set of labels.
    #[serde(default)]
    labels: Option<Vec<String>>,
    /// `low`, `medium`, `high` or `urgent`; null clears the priority.
    #[serde(default)]
    #[schema(value_type = Option<TicketPriority>)]
    priority: Patch<String>,
}

/// Update labels and priority.
#[utoipa::path(patch, path = "/conversations/{id}", tag = "conversations", params(("id" = String, Path)),
    request_body = ConversationPatchBody,
    responses((status = 200, description = "the conversation was updated", body = ConversationAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<ConversationPatchBody>,
) -> Result<Json<ConversationAnswer>, ApiError> {
    let id = id.conversation()?;
    let ConversationPatchBody { labels, priority: asked } = body.value;
    let asked = asked.try_map(|name| priority(&name))?;
    api.hub.act(caller.actor(), id, Command::Tag { labels, priority: asked }).await?;
    let record = api.hub.conversation(&caller.principal, id).await?;
    Ok(Json(ConversationAnswer { conversation: conversation_view(&record) }))
}

/// Filter for entries; without `before` and `after` the newest are returned.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EntriesQuery {
    /// Return the newest entries with a `seq` below this one.
    before: Option<u64>,
    /// Return the oldest entries with a `seq` above this one.
    after: Option<u64>,
    /// Maximum number of entries: 50 by default, at most 500.
    limit: Option<u64>,
}

/// List the entries of a conversation that the caller may see, in ascending order.
#[utoipa::path(get, path = "/conversations/{id}/entries", tag = "conversations",
    params(("id" = String, Path), EntriesQuery),
    responses((status = 200, description = "a page of conversations", body = EntriesAnswer)))]
pub(super) async fn entries(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    Asked(asked): Asked<EntriesQuery>,
) -> Result<Json<EntriesAnswer>, ApiError> {
    if caller.principal.is_visitor() {
        count_widget_read(&api, caller.address)?;
    }
    let id = id.conversation()?;
    let page = match (asked.before, asked.after) {
        (Some(_), Some(_)) => return Err(WireError::bad_request("give before or after, not both").into()),
        (None, Some(after)) => Page::After(after),
        (before, None) => Page::Before(before.unwrap_or(u64::MAX)),
    };
    let limit = asked.limit.unwrap_or(ENTRIES_DEFAULT).clamp(1, ENTRIES_MAX);
    let page = api.hub.entries(&caller.principal, id, page, limit).await?;
    let entries = page.entries.iter().filter_map(|entry| entry_view(entry, id, page.audience)).collect();
    Ok(Json(EntriesAnswer { entries, has_more: page.has_more }))
}

fn priority(name: &str) -> Result<Priority, WireError> {
    parse_priority(name).ok_or_else(|| WireError::bad_request("priority must be low, medium, high or urgent"))
}
