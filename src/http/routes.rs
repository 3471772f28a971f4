//! Every route, once: the router and the document come from the same table.

use axum::http::header::{self, HeaderValue};
use axum::routing::get;
use axum::{Json, Router, middleware};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{answer, no_such_method, no_such_path};
use super::api::Api;
use super::{acts, auth, channels, conversations, document, health, members, orgs, tickets, tokens, widget};

/// REST, its document and health. It has no fallback of its own outside `/api/v1`.
pub fn router(api: Api) -> Router {
    let (routes, document) = described().split_for_parts();
    let document = Json(document::finish(document));
    let cached = [(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    let inner = routes
        .route("/openapi.json", get(move || async move { (cached, document) }))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(api.clone(), answer))
        .with_state(api.clone());
    Router::new().nest(document::PREFIX, inner).merge(document::page()).merge(health::router(api))
}

fn described() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(document::base()).merge(live()).merge(management())
}

/// Routes of conversations.
fn live() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(widget::open_session))
        .routes(routes!(widget::begin))
        .routes(routes!(widget::active))
        .routes(routes!(widget::message))
        .routes(routes!(widget::end))
        .routes(routes!(widget::handoff))
        .routes(routes!(conversations::list, conversations::begin))
        .routes(routes!(conversations::get, conversations::change))
        .routes(routes!(conversations::entries))
        .routes(routes!(conversations::queue))
        .routes(routes!(acts::message))
        .routes(routes!(acts::takeover))
        .routes(routes!(acts::release))
        .routes(routes!(acts::assign))
        .routes(routes!(acts::end))
        .routes(routes!(acts::handoff))
        .routes(routes!(tickets::list))
        .routes(routes!(tickets::get))
        .routes(routes!(tickets::resolve))
}

/// Routes of accounts.
fn management() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(auth::login))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::me))
        .routes(routes!(auth::socket_ticket))
        .routes(routes!(auth::password))
        .routes(routes!(auth::setup_needed, auth::set_up))
        .routes(routes!(auth::demo))
        .routes(routes!(members::list, members::invite))
        .routes(routes!(members::change, members::remove))
        .routes(routes!(members::password_link))
        .routes(routes!(channels::list, channels::make))
        .routes(routes!(channels::get, channels::change))
        .routes(routes!(channels::rotate_key))
        .routes(routes!(channels::rotate_identity_secret))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::delete))
        .routes(routes!(orgs::list, orgs::make))
}
