//! Liveness, readiness and metrics.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use super::api::Api;
use crate::hub::unready_reason;
use crate::telemetry::metrics::Handle;

/// `/livez` and `/readyz`.
pub(super) fn router(api: Api) -> Router {
    Router::new().route("/livez", get(is_alive)).route("/readyz", get(is_ready)).with_state(api)
}

/// The metrics, for a listener of their own.
pub fn metrics_router(handle: Handle) -> Router {
    let show = move || async move {
        let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        ([(header::CONTENT_TYPE, text)], handle.render()).into_response()
    };
    Router::new().route("/metrics", get(show))
}

async fn is_alive() -> Response {
    answer(StatusCode::OK, json!({ "status": "alive" }))
}

async fn is_ready(State(api): State<Api>) -> Response {
    match unready_reason(&api.hub).await {
        None => answer(StatusCode::OK, json!({ "status": "ready" })),
        Some(reason) => {
            answer(StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "not_ready", "reason": reason }))
        }
    }
}

fn answer(status: StatusCode, body: serde_json::Value) -> Response {
    (status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body)).into_response()
}
