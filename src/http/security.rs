//! Handlers of security events and block lists.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::{Asked, Body};
use super::caller::{Caller, Id};
use super::enums::SecurityEventKind;
use super::error::ApiError;
use super::pagination::{List, cut, limit};
use super::ratings::moment;
use crate::audit::{NewBlock, SecurityScope};
use crate::model::{AddressBlock, AddressFigures, SecurityFilter, SecurityKind, SecurityRow};
use crate::wire::{WireError, rfc3339};

use SecurityScope::{Org, Platform};

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// Only events of this kind.
    kind: Option<String>,
    /// Only events from this address, as it is listed.
    address: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

impl EventsQuery {
    fn filter(self) -> Result<SecurityFilter, WireError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let kind = given(self.kind);
        if kind.as_ref().is_some_and(|kind| !SecurityKind::ALL.iter().any(|one| one.as_str() == kind)) {
            return Err(WireError::bad_request("kind is none of the kinds of security events"));
        }
        Ok(SecurityFilter { org: None, kind, address: given(self.address), before: given(self.cursor) })
    }
}

/// Equal security events of one minute.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecurityEvent)]
pub(super) struct SecurityEventView {
    id: String,
    #[schema(value_type = SecurityEventKind)]
    kind: String,
    /// How many there were.
    count: i64,
    /// The first of them.
    created_at: String,
    /// The last of them.
    last_at: String,
    /// An address; of IPv6 its network.
    address: Option<String>,
    org_id: Option<String>,
    channel_id: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

impl From<SecurityRow> for SecurityEventView {
    fn from(row: SecurityRow) -> Self {
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let moment = |at| rfc3339(rooms::Timestamp(at));
        Self {
            id: row.id,
            kind: row.kind,
            count: row.event_count,
            created_at: moment(row.created_at),
            last_at: moment(row.last_at),
            address: given(row.address),
            org_id: given(row.org_id),
            channel_id: given(row.channel_id),
            user_agent: row.user_agent,
            request_id: row.request_id,
        }
    }
}

/// An address and how many events it caused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AddressFigures)]
struct AddressFiguresView {
    address: String,
    count: i64,
    last_at: String,
}

impl From<AddressFigures> for AddressFiguresView {
    fn from(figures: AddressFigures) -> Self {
        let last_at = rfc3339(rooms::Timestamp(figures.last_at));
        Self { address: figures.address, count: figures.event_count, last_at }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddressesAnswer {
    /// Addresses with at least 10 events in 24 hours, the busiest first.
    suspicious: Vec<AddressFiguresView>,
    /// The busiest of 7 days, at most 100.
    busiest: Vec<AddressFiguresView>,
}

/// An address or range that is shut out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AddressBlock)]
struct AddressBlockView {
    id: String,
    range: String,
    reason: Option<String>,
    /// The name of who blocked it.
    blocked_by: String,
    created_at: String,
    /// When it ends by itself; null: never.
    expires_at: Option<String>,
}

impl From<AddressBlock> for AddressBlockView {
    fn from(block: AddressBlock) -> Self {
        let moment = |at| rfc3339(rooms::Timestamp(at));
        Self {
            id: block.id.to_string(),
            range: block.ip_range,
            reason: block.reason,
            blocked_by: block.blocked_by,
            created_at: moment(block.created_at),
            expires_at: block.expires_at.map(moment),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BlocksAnswer {
    blocks: Vec<AddressBlockView>,
    /// The address that the caller comes from.
    own_address: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddressBlockAnswer {
    block: AddressBlockView,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressBlockBody {
    /// An address, or a range such as `192.0.2.0/24`.
    range: String,
    /// Why, for people; at most 300 characters.
    #[serde(default)]
    reason: Option<String>,
    /// When it ends by itself, as RFC 3339.
    #[serde(default)]
    expires_at: Option<String>,
    /// Whether it may hold the caller's own address.
    #[serde(default)]
    allow_own: bool,
}

async fn events_of(
    api: &Api,
    caller: &Caller,
    scope: SecurityScope,
    query: EventsQuery,
) -> Result<Json<List<SecurityEventView>>, ApiError> {
    let limit = limit(query.limit);
    let rows = api.security.events(&caller.principal, scope, query.filter()?, limit + 1).await?;
    let (rows, next_cursor) = cut(rows, limit, |row| row.id.clone());
    Ok(Json(List { items: rows.into_iter().map(SecurityEventView::from).collect(), next_cursor }))
}

async fn addresses_of(
    api: &Api,
    caller: &Caller,
    scope: SecurityScope,
) -> Result<Json<AddressesAnswer>, ApiError> {
    let found = api.security.standouts(&caller.principal, scope).await?;
    let views = |all: Vec<AddressFigures>| all.into_iter().map(AddressFiguresView::from).collect();
    Ok(Json(AddressesAnswer { suspicious: views(found.suspicious), busiest: views(found.busiest) }))
}

async fn blocks_of(api: &Api, caller: &Caller, scope: SecurityScope) -> Result<Json<BlocksAnswer>, ApiError> {
    let blocks = api.security.blocks(&caller.principal, scope).await?;
    let blocks = blocks.into_iter().map(AddressBlockView::from).collect();
    Ok(Json(BlocksAnswer { blocks, own_address: caller.address.to_string() }))
}

async fn block_in(
    api: &Api,
    caller: &Caller,
    scope: SecurityScope,
    body: AddressBlockBody,
) -> Result<(StatusCode, Json<AddressBlockAnswer>), ApiError> {
    let new = NewBlock {
        range: body.range,
        reason: body.reason,
        expires_at: moment("expires_at", body.expires_at.as_deref())?,
        allows_own: body.allow_own,
    };
    let block = api.security.block(&caller.principal, scope, new, caller.address).await?;
    api.hub.close_shut_out();
    Ok((StatusCode::CREATED, Json(AddressBlockAnswer { block: block.into() })))
}

/// List the security events of the org, newest first. Equal events of a minute are one item with a count.
#[utoipa::path(get, path = "/security/events", tag = "protection", params(EventsQuery),
    responses((status = 200, description = "a page of events", body = List<SecurityEventView>)))]
pub(super) async fn events(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<EventsQuery>,
) -> Result<Json<List<SecurityEventView>>, ApiError> {
    events_of(&api, &caller, Org, query).await
}

/// List the security events of the server, newest first.
#[utoipa::path(get, path = "/platform/security/events", tag = "protection", params(EventsQuery),
    responses((status = 200, description = "a page of events", body = List<SecurityEventView>)))]
pub(super) async fn events_of_platform(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<EventsQuery>,
) -> Result<Json<List<SecurityEventView>>, ApiError> {
    events_of(&api, &caller, Platform, query).await
}

/// List the addresses that stand out by security events of the org.
#[utoipa::path(get, path = "/security/addresses", tag = "protection",
    responses((status = 200, description = "the addresses", body = AddressesAnswer)))]
pub(super) async fn addresses(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<AddressesAnswer>, ApiError> {
    addresses_of(&api, &caller, Org).await
}

/// List the addresses that stand out by security events of the server.
#[utoipa::path(get, path = "/platform/security/addresses", tag = "protection",
    responses((status = 200, description = "the addresses", body = AddressesAnswer)))]
pub(super) async fn addresses_of_platform(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<AddressesAnswer>, ApiError> {
    addresses_of(&api, &caller, Platform).await
}

/// List the addresses that the org shuts out of its widget.
#[utoipa::path(get, path = "/security/blocks", tag = "protection",
    responses((status = 200, description = "the block list", body = BlocksAnswer)))]
pub(super) async fn blocks(State(api): State<Api>, caller: Caller) -> Result<Json<BlocksAnswer>, ApiError> {
    blocks_of(&api, &caller, Org).await
}

/// List the addresses that are shut out of the server.
#[utoipa::path(get, path = "/platform/security/blocks", tag = "protection",
    responses((status = 200, description = "the block list", body = BlocksAnswer)))]
pub(super) async fn blocks_of_platform(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<BlocksAnswer>, ApiError> {
    blocks_of(&api, &caller, Platform).await
}

/// Shut an address or range out of the widget of the org. Its visitors' connections close.
#[utoipa::path(post, path = "/security/blocks", tag = "protection", request_body = AddressBlockBody,
    responses((status = 201, description = "it is shut out", body = AddressBlockAnswer)))]
pub(super) async fn block(
    State(api): State<Api>,
    caller: Caller,
    body: Body<AddressBlockBody>,
) -> Result<(StatusCode, Json<AddressBlockAnswer>), ApiError> {
    block_in(&api, &caller, Org, body.value).await
}

/// Shut an address or range out of the server. Its connections close.
#[utoipa::path(post, path = "/platform/security/blocks", tag = "protection", request_body = AddressBlockBody,
    responses((status = 201, description = "it is shut out", body = AddressBlockAnswer)))]
pub(super) async fn block_on_platform(
    State(api): State<Api>,
    caller: Caller,
    body: Body<AddressBlockBody>,
) -> Result<(StatusCode, Json<AddressBlockAnswer>), ApiError> {
    block_in(&api, &caller, Platform, body.value).await
}

/// Let an address or range into the widget of the org again.
#[utoipa::path(delete, path = "/security/blocks/{id}", tag = "protection", params(("id" = String, Path)),
    responses((status = 204, description = "it may come again")))]
pub(super) async fn unblock(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.security.unblock(&caller.principal, Org, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let an address or range into the server again.
#[utoipa::path(delete, path = "/platform/security/blocks/{id}", tag = "protection", params(("id" = String, Path)),
    responses((status = 204, description = "it may come again")))]
pub(super) async fn unblock_on_platform(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    api.security.unblock(&caller.principal, Platform, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
