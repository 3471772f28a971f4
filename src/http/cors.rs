//! CORS for the widget's requests from sites.
//!
//! A preflight carries no token, so its channel is unknown: every origin may ask, and the request itself is
//! checked. Credentials are never allowed, so a foreign page never speaks with an agent's cookie.

use axum::extract::Request;
use axum::http::header::{self, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

/// Cache lifetime of a preflight response.
const MAX_AGE_S: &str = "600";
const METHODS: &str = "GET, POST, OPTIONS";
const HEADERS: &str =
    "Authorization, Content-Type, Idempotency-Key, X-API-Key, X-Request-Id, X-Requested-With";
const EXPOSED: &str = "Retry-After, X-Request-Id";

/// The CORS headers of one response.
pub(super) struct Cors {
    origin: Option<HeaderValue>,
    is_preflight: bool,
}

impl Cors {
    pub(super) fn of(request: &Request) -> Self {
        let is_open = is_open(request.uri().path());
        let origin = request.headers().get(header::ORIGIN).filter(|_| is_open).cloned();
        let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        Self { is_preflight: origin.is_some() && asks && request.method() == Method::OPTIONS, origin }
    }

    /// The complete response to a preflight request.
    pub(super) fn preflight(&self) -> Option<Response> {
        let fixed = HeaderValue::from_static;
        self.is_preflight.then(|| {
            let headers = [
                (header::ACCESS_CONTROL_ALLOW_METHODS, fixed(METHODS)),
                (header::ACCESS_CONTROL_ALLOW_HEADERS, fixed(HEADERS)),
                (header::ACCESS_CONTROL_MAX_AGE, fixed(MAX_AGE_S)),
            ];
            (StatusCode::NO_CONTENT, headers).into_response()
        })
    }

    /// Adds the CORS headers, unless the request was refused for its origin.
    pub(super) fn put_on(&self, response: &mut Response, reason: Option<&'static str>) {
        let Some(origin) = &self.origin else { return };
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if reason != Some("origin") {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        }
    }
}

/// Whether widgets use this path: their own routes, the entries of their conversation, and its files.
fn is_open(path: &str) -> bool {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    path.starts_with("/widget/")
        || path.starts_with("/attachments/")
        || (path.starts_with("/conversations/") && path.ends_with("/entries"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_widgets_ask_for_is_open() {
        for path in [
            "/api/v1/widget/sessions",
            "/widget/conversations/1/end",
            "/api/v1/conversations/1/entries",
            "/attachments/1",
        ] {
            assert!(is_open(path), "{path}");
        }
        for path in [
            "/api/v1/auth/login",
            "/api/v1/conversations/1/messages",
            "/api/v1/attachments",
            "/api/v1/members",
            "/",
        ] {
            assert!(!is_open(path), "{path}");
        }
    }
}
