//! Handlers of tickets.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::api::Api;
use super::body::Asked;
use super::caller::{Caller, Id};
use super::error::ApiError;
use super::pagination::{List, cursor, limit};
use super::views::TicketView;
use crate::accounts::TicketStatus;
use crate::wire::WireError;

/// Filter for tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TicketsQuery {
    /// `open` or `resolved`; both by default.
    status: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items: 50 by default, at most 200.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TicketAnswer {
    ticket: TicketView,
}

/// List the tickets of the org, newest first.
#[utoipa::path(get, path = "/tickets", tag = "tickets", params(TicketsQuery),
    responses((status = 200, description = "a page of tickets", body = List<TicketView>)))]
pub(super) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Asked(asked): Asked<TicketsQuery>,
) -> Result<Json<List<TicketView>>, ApiError> {
    let status = match asked.status.as_deref() {
        None | Some("") => None,
        Some("open") => Some(TicketStatus::Open),
        Some("resolved") => Some(TicketStatus::Resolved),
        Some(_) => return Err(WireError::bad_request("status must be open or resolved").into()),
    };
    let (cursor, limit) = (cursor(asked.cursor.as_deref())?, limit(asked.limit));
    let (tickets, next_cursor) =
        api.accounts.tickets().list(&caller.principal, status, cursor, limit).await?;
    Ok(Json(List { items: tickets.iter().map(TicketView::from).collect(), next_cursor }))
}

/// Get a ticket.
#[utoipa::path(get, path = "/tickets/{id}", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, description = "the ticket", body = TicketAnswer)))]
pub(super) async fn get(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<TicketAnswer>, ApiError> {
    let ticket = api.accounts.tickets().get(&caller.principal, &id.0).await?;
    Ok(Json(TicketAnswer { ticket: (&ticket).into() }))
}

/// Resolve a ticket. Resolving a resolved ticket changes nothing.
#[utoipa::path(post, path = "/tickets/{id}/resolve", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, description = "the ticket is resolved", body = TicketAnswer)))]
pub(super) async fn resolve(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
) -> Result<Json<TicketAnswer>, ApiError> {
    let ticket = api.accounts.tickets().resolve(&caller.principal, &id.0).await?;
    Ok(Json(TicketAnswer { ticket: (&ticket).into() }))
}
