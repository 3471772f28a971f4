//! Middleware common to all responses: request id, trace, error format, headers, CORS, time limit and metrics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use serde_json::json;
use tracing::Instrument as _;
use tracing::field::Empty;

use super::api::{Api, text};
use super::audited::Audited;
use super::cors;
use super::error::ApiError;
use super::watch::Watched;
use crate::audit::{self, RequestContext};
use crate::clock;
use crate::ids;
use crate::telemetry::metrics::{HTTP_REQUESTS, HTTP_SECONDS, route_label, status_label};
use crate::telemetry::trace::{self, InTrace as _, Kind, TraceContext, keys};
use crate::wire::{ErrorCode, WireError};

const X_REQUEST_ID: &str = "x-request-id";
/// Joins a request to a trace that was begun in front of this server (W3C Trace Context).
const TRACEPARENT: &str = "traceparent";
const REQUEST_ID_MAX_CHARS: usize = 64;
/// Content security policy of API responses: opened as a page, they load nothing and cannot be framed.
const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Time limit of a handler, longer than any handler takes, so that a stuck database cannot hold clients for ever.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Runs a request and adds the headers that every response has.
pub(super) async fn answer(State(api): State<Api>, request: Request, next: Next) -> Response {
    let started = clock::instant();
    let traced = traced(&api, &request);
    let place = traced.place();
    let request_id = request_id(&request, &place);
    let route = route_label(request.extensions().get::<MatchedPath>().map(MatchedPath::as_str));
    let cors = cors::Cors::of(&request);
    let mut response = match cors.preflight() {
        Some(preflight) => preflight,
        None => run(&api, request, &request_id, next).instrument(span(&request_id)).in_trace(&place).await,
    };
    if let Some(refusal) = refusal_of(&response) {
        cors.put_on(&mut response, refusal.error.reason);
        response = show(response, &refusal, &request_id);
    } else {
        cors.put_on(&mut response, None);
    }
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(DATA_POLICY));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        headers.insert(X_REQUEST_ID, id);
    }
    end_trace(&traced, response.status());
    let status = status_label(response.status().as_u16());
    metrics::counter!(HTTP_REQUESTS, "route" => route.clone(), "status" => status).increment(1);
    metrics::histogram!(HTTP_SECONDS, "route" => route).record(started.elapsed().as_secs_f64());
    response
}

/// The span of a request in a trace: one that a trusted proxy began, or its own.
fn traced(api: &Api, request: &Request) -> trace::Span {
    let is_trusted = api.comes_by_trusted_proxy(request.extensions());
    let parent = text(request.headers(), TRACEPARENT).filter(|_| is_trusted).map(trace::parent_of);
    let route = request.extensions().get::<MatchedPath>();
    let method = method_label(request.method());
    let traced = trace::Span::begin(&parent.unwrap_or_default(), Kind::Server, || match route {
        Some(route) => format!("{method} {}", route.as_str()),
        None => method.to_owned(),
    });
    traced.set(keys::HTTP_METHOD, || method);
    if let Some(route) = route {
        traced.set(keys::HTTP_ROUTE, || route.as_str().to_owned());
    }
    traced
}

/// The method of a request, as the conventions have it: one of few, whatever a client sends.
fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}

fn end_trace(traced: &trace::Span, status: StatusCode) {
    traced.set(keys::HTTP_STATUS, || i64::from(status.as_u16()));
    if status.is_server_error() {
        traced.fail(status_label(status.as_u16()));
    }
}

/// The tracing span of a request. Authentication adds the org; the path adds the conversation.
fn span(request_id: &str) -> tracing::Span {
    tracing::error_span!("request", request.id = request_id, org.id = Empty, conversation.id = Empty)
}

async fn run(api: &Api, request: Request, request_id: &str, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if api.hub.is_draining() && !is_safe {
        let error = WireError::new(ErrorCode::Draining, "the server is going down; try again");
        let retry_after_ms = Some(api.settings.drain_reconnect_after_ms);
        return ApiError::from(WireError { retry_after_ms, ..error }).into_response();
    }
    let running = AssertUnwindSafe(recorded(api, request, request_id, next)).catch_unwind();
    match tokio::time::timeout(TIMEOUT, running).await {
        Ok(Ok(response)) => response,
        // The panic hook has logged where.
        Ok(Err(_panic)) => ApiError::from(WireError::internal()).into_response(),
        Err(_elapsed) => {
            let error = WireError::new(ErrorCode::Unavailable, "the request took too long; try again");
            ApiError::from(error).into_response()
        }
    }
}

/// Runs a handler. What is an act of the audit log runs to its end even where the client leaves: otherwise a client that
/// hangs up at the right moment would act without a trace.
async fn recorded(api: &Api, request: Request, request_id: &str, next: Next) -> Response {
    let address = api.address_of(request.extensions(), request.headers());
    let user_agent = text(request.headers(), header::USER_AGENT.as_str());
    let context = RequestContext::new(address, user_agent, request_id);
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let audited = matched.and_then(|matched| Audited::of(request.method(), matched, request.uri().path()));
    let watched = Watched::of(&request, matched);
    let handling = audit::within(context.clone(), next.run(request));
    let response = match audited {
        None => handling.await,
        Some(audited) => run_to_its_end(api, &context, audited, handling).await,
    };
    if let Some(refusal) = refusal_of(&response) {
        watched.report(api, &context, &refusal);
    }
    response
}

async fn run_to_its_end(
    api: &Api,
    context: &Arc<RequestContext>,
    audited: Audited,
    handling: impl Future<Output = Response> + Send + 'static,
) -> Response {
    let tasks = &api.hub.base().tasks;
    let (api, context) = (api.clone(), context.clone());
    let acting = async move {
        let response = handling.await;
        audit::within(context.clone(), audited.finish(&api, &context, response)).await
    };
    match tasks.spawn(acting.in_current_span().in_trace(&TraceContext::current())).await {
        Ok(response) => response,
        // The panic hook has logged where.
        Err(_panic) => ApiError::from(WireError::internal()).into_response(),
    }
}

/// The refusal in a response; an error response of the framework is converted to our format.
fn refusal_of(response: &Response) -> Option<ApiError> {
    if let Some(refusal) = response.extensions().get::<ApiError>() {
        return Some(refusal.clone());
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let error = match status {
        StatusCode::NOT_FOUND => WireError::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => WireError::bad_request("this path does not take that method"),
        StatusCode::PAYLOAD_TOO_LARGE => WireError::new(ErrorCode::TooLarge, "the body is too large"),
        status if status.is_client_error() => WireError::bad_request("the request is malformed"),
        _ => WireError::internal(),
    };
    Some(ApiError::with_status(status, error))
}

fn show(response: Response, refusal: &ApiError, request_id: &str) -> Response {
    let body = json!({ "error": refusal.error, "request_id": request_id }).to_string();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(wait_ms) = refusal.error.retry_after_ms {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_ms.div_ceil(1_000)));
    }
    if parts.status == StatusCode::UNAUTHORIZED {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Response::from_parts(parts, body.into())
}

/// The client's request id, if it is well formed; the trace's, where there is one.
fn request_id(request: &Request, place: &TraceContext) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let given = text(request.headers(), X_REQUEST_ID)
        .filter(|id| (1..=REQUEST_ID_MAX_CHARS).contains(&id.len()) && id.bytes().all(is_plain));
    given.map(str::to_owned).or_else(|| place.trace_id()).unwrap_or_else(ids::new_id)
}

/// Fallback for unknown paths.
pub(super) async fn no_such_path() -> ApiError {
    WireError::not_found().into()
}

/// Fallback for methods a path does not support.
pub(super) async fn no_such_method() -> ApiError {
    let error = WireError::bad_request("this path does not take that method");
    ApiError::with_status(StatusCode::METHOD_NOT_ALLOWED, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_refusal_with_a_time_says_it_in_its_header_too() {
        let codes = ErrorCode::ALL.iter().filter(|code| matches!(code.status(), 429 | 503));
        let mut count = 0;
        for code in codes {
            let error = WireError { retry_after_ms: Some(1_200), ..WireError::new(*code, "later") };
            let refusal = ApiError::from(error);

            let shown = show(refusal.clone().into_response(), &refusal, "r1");

            assert_eq!(shown.headers()[header::RETRY_AFTER], "2", "{code:?}");
            count += 1;
        }
        assert_eq!(count, 3, "rate_limited, unavailable, draining");
    }
}
