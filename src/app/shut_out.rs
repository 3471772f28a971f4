//! The first thing that happens to a request: whoever is shut out is told so, before anything is parsed.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::base::Base;
use crate::limits::client_ip;
use crate::model::{SecurityEvent, SecurityKind};

/// The answer, the same for REST, sockets and pages.
const BODY: &str = "{\"error\":{\"code\":\"forbidden\",\"message\":\"requests from this address are refused\",\
                    \"reason\":\"address_blocked\",\"retry\":false}}\n";

/// Passes a request on, unless the platform shuts its address out.
pub(super) async fn refuse_shut_out(
    State(base): State<Base>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let address = client_ip(peer.ip(), request.headers(), &base.settings.trusted_proxies);
    if !base.guard.is_blocked(address, None) {
        return next.run(request).await;
    }
    base.guard.report(SecurityEvent::from_address(SecurityKind::Blocked, address));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONNECTION, HeaderValue::from_static("close")),
    ];
    (StatusCode::FORBIDDEN, headers, BODY).into_response()
}
