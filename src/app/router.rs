//! Routes paths to the parts of the server.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Uri, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use tower::Layer as _;
use tower::util::MapRequestLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::services::Services;
use super::shut_out::refuse_shut_out;
use crate::base::Base;
use crate::config::Settings;
use crate::http;
use crate::pages::{HostedState, hosted_page, page};
use crate::socketio::{self, SocketIoEdge};
use crate::ws::{self, VoiceState, WsState};

/// Every route of the server: sockets, then REST, then pages for the rest.
pub(super) fn router(services: &Services) -> Router {
    let Services { hub, accounts, voice, org_settings, base: Base { settings, .. }, .. } = services;
    let sockets = WsState { hub: hub.clone(), accounts: accounts.clone() };
    let legs = VoiceState { hub: hub.clone(), voice: voice.clone() };
    let hosted = HostedState {
        accounts: accounts.clone(),
        org_settings: org_settings.clone(),
        settings: settings.clone(),
    };
    let edge = socketio::edge(hub.clone(), accounts.clone(), settings.clone());
    let router = Router::new()
        .merge(http::router(services.api()))
        .route("/ws/voice", any(ws::upgrade_voice).with_state(legs))
        .route("/ws", any(ws::upgrade).with_state(sockets.clone()))
        .route("/chat/{key}", get(hosted_page).with_state(hosted))
        .merge(mount(edge, "/socket.io/chat"));
    #[cfg(feature = "conformance")]
    let router = router
        .route("/__conformance/echo", any(ws::echo).with_state(sockets))
        .merge(mount(socketio::echo_service(settings.clone()), "/socket.io"));
    let served = settings.clone();
    let pages = get(move |request: Request<Body>| async move { page(&request, served.base_path()) });
    let router = router.fallback(pages).layer(SetResponseHeaderLayer::if_not_present(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ));
    let router = match only_by_tls(settings) {
        Some(value) => {
            router.layer(SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, value))
        }
        None => router,
    };
    let router = if settings.base_path().is_empty() { router } else { below(settings.clone(), router) };
    router.layer(from_fn_with_state(services.base.clone(), refuse_shut_out))
}

/// The same routes also below the path of `public_url`: some proxies cut it off, others pass it on.
fn below(settings: Arc<Settings>, router: Router) -> Router {
    let cut = move |mut request: Request<Body>| {
        if let Some(uri) = without_base(request.uri(), settings.base_path()) {
            *request.uri_mut() = uri;
        }
        request
    };
    Router::new().fallback_service(MapRequestLayer::new(cut).layer(router))
}

/// The address without the path in front of it; `None` where it is not below that path.
fn without_base(uri: &Uri, base_path: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(base_path)?;
    let rest = match rest.as_bytes().first() {
        Some(b'/') => rest.to_owned(),
        None | Some(b'?') => format!("/{rest}"),
        Some(_) => return None,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest.parse().ok()?);
    Uri::from_parts(parts).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_public_address_is_cut_off_as_a_whole() {
        let cut = |uri: &str| without_base(&uri.parse().unwrap(), "/support").map(|uri| uri.to_string());
        for (given, kept) in [
            ("/support", Some("/")),
            ("/support?lang=es", Some("/?lang=es")),
            ("/support/", Some("/")),
            ("/support/api/v1/setup?a=/support", Some("/api/v1/setup?a=/support")),
            ("/support/support/ws", Some("/support/ws")),
            ("/supportive/ws", None),
            ("/ws", None),
            ("/", None),
        ] {
            assert_eq!(cut(given).as_deref(), kept, "{given}");
        }
    }
}
