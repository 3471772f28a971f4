//! Which part of the server answers which path.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::routing::{any, get};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::accounts::Accounts;
use crate::config::Settings;
use crate::hub::Hub;
use crate::pages::page;
use crate::socketio::{self, SocketIoEdge};
use crate::voice::Voice;
use crate::ws::{self, VoiceState, WsState};

/// Every route of the server: sockets, then REST, then pages for the rest.
pub(super) fn router(
    hub: &Arc<Hub>,
    accounts: &Accounts,
    settings: &Arc<Settings>,
    voice: &Voice,
    rest: Router,
) -> Router {
    let sockets = WsState { hub: hub.clone(), accounts: accounts.clone() };
    let legs = VoiceState { hub: hub.clone(), voice: voice.clone() };
    let edge = socketio::edge(hub.clone(), accounts.clone(), settings.clone());
    let router = Router::new()
        .merge(rest)
        .route("/ws/voice", any(ws::upgrade_voice).with_state(legs))
        .route("/ws", any(ws::upgrade).with_state(sockets.clone()))
        .merge(mount(edge, "/socket.io/chat"));
    #[cfg(feature = "conformance")]
    let router = router
        .route("/__conformance/echo", any(ws::echo).with_state(sockets))
        .merge(mount(socketio::echo_service(settings.clone()), "/socket.io"));
    let router = router.fallback(get(page)).layer(SetResponseHeaderLayer::if_not_present(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ));
    match only_by_tls(settings) {
        Some(value) => {
            router.layer(SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, value))
        }
        None => router,
    }
}

/// What tells browsers to come by TLS alone, where that is how they reach this server (RFC 6797).
fn only_by_tls(settings: &Settings) -> Option<HeaderValue> {
    let is_tls = settings.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    let max_age_s = settings.hsts_max_age_s;
    if !is_tls || max_age_s == 0 {
        return None;
    }
    HeaderValue::from_str(&format!("max-age={max_age_s}")).ok()
}

/// A Socket.IO edge at `path`, with and without the slash that stock clients add.
fn mount(edge: SocketIoEdge, path: &str) -> Router {
    let handler = any(move |request: Request<Body>| edge.clone().handle(request));
    Router::new().route(path, handler.clone()).route(&format!("{path}/"), handler)
}
