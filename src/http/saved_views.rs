//! Handlers of saved views of the inbox.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Api;
use super::body::Body;
use super::caller::{Caller, Id};
use super::create::{Key, create};
use super::error::ApiError;
use crate::auth::Principal;
use crate::desk::{NewView, ViewChange, Views};
use crate::model::ViewRecord;
use crate::wire::InboxFilter;

/// A saved view of the inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SavedView)]
struct SavedViewView {
    id: String,
    name: String,
    /// Whether the whole org sees it; otherwise only the caller does.
    shared: bool,
    filter: InboxFilter,
    /// Id of the member who has created it.
    created_by: String,
    /// Whether the caller may change and delete it.
    can_change: bool,
}

impl SavedViewView {
    fn new(principal: &Principal, record: &ViewRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name.clone(),
            shared: record.member.is_none(),
            filter: (&record.filter).into(),
            created_by: record.created_by.to_string(),
            can_change: Views::may_change(principal, record),
        }
    }
}

/// The saved views that the caller sees.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ViewsAnswer {
    views: Vec<SavedViewView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ViewAnswer {
    view: SavedViewView,
}

/// A view to save.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewSavedView)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBody {
    /// 1 to 60 characters.
    name: String,
    /// Whether the whole org sees it.
    shared: bool,
    filter: InboxFilter,
}

/// A change of a view; absent fields keep their value.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SavedViewChange)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBody {
    #[serde(default)]
    name: Option<String>,
    /// The whole filter.
    #[serde(default)]
    filter: Option<InboxFilter>,
}

/// List the saved views of the org and the caller's own, oldest first. Their counts come over the sockets.
#[utoipa::path(get, path = "/views", tag = "desk",
    responses((status = 200, description = "the views", body = ViewsAnswer)))]
pub(super) async fn list(State(api): State<Api>, caller: Caller) -> Result<Json<ViewsAnswer>, ApiError> {
    let records = api.desk.views().list(&caller.principal).await?;
    let views = records.iter().map(|record| SavedViewView::new(&caller.principal, record)).collect();
    Ok(Json(ViewsAnswer { views }))
}

/// Save a view.
#[utoipa::path(post, path = "/views", tag = "desk", request_body = NewBody,
    responses((status = 201, description = "the view was saved", body = ViewAnswer)))]
pub(super) async fn make(
    State(api): State<Api>,
    caller: Caller,
    key: Key,
    body: Body<NewBody>,
) -> Result<Response, ApiError> {
    let (desk, principal) = (api.desk.clone(), caller.principal.clone());
    let NewBody { name, shared, filter } = body.value;
    create(&api, &caller, key, &body.bytes, async move {
        let new = NewView { name, is_shared: shared, filter: filter.parse()? };
        let made = desk.views().create(&principal, new).await?;
        Ok((StatusCode::CREATED, ViewAnswer { view: SavedViewView::new(&principal, &made) }))
    })
    .await
}

/// Update a view. Those of the org are changed by whoever created them, and by owners and admins.
#[utoipa::path(patch, path = "/views/{id}", tag = "desk", params(("id" = String, Path)),
    request_body = ChangeBody,
    responses((status = 200, description = "the view was updated", body = ViewAnswer)))]
pub(super) async fn change(
    State(api): State<Api>,
    caller: Caller,
    id: Id,
    body: Body<ChangeBody>,
) -> Result<Json<ViewAnswer>, ApiError> {
    let ChangeBody { name, filter } = body.value;
    let filter = filter.map(|filter| filter.parse()).transpose()?;
    let changed = api.desk.views().change(&caller.principal, &id.0, ViewChange { name, filter }).await?;
    Ok(Json(ViewAnswer { view: SavedViewView::new(&caller.principal, &changed) }))
}

/// Delete a view.
#[utoipa::path(delete, path = "/views/{id}", tag = "desk", params(("id" = String, Path)),
    responses((status = 204, description = "the view was deleted")))]
pub(super) async fn delete(State(api): State<Api>, caller: Caller, id: Id) -> Result<StatusCode, ApiError> {
    api.desk.views().delete(&caller.principal, &id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
