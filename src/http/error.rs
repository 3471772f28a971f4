//! Errors of handlers. `middleware.rs` writes the body, because it knows the request id.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::refusal::ServiceError;
use crate::wire::WireError;

/// An error response.
#[derive(Debug, Clone)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) error: WireError,
}

impl ApiError {
    /// A refusal with a status of its own instead of the one of its code.
    pub(super) fn with_status(status: StatusCode, error: WireError) -> Self {
        Self { status, error }
    }
}

impl<E> From<E> for ApiError
where
    ServiceError: From<E>,
{
    /// The handler's future runs in the span of its request, and so does this: a failure is logged here, once.
    fn from(error: E) -> Self {
        let error = ServiceError::from(error).report();
        let status = StatusCode::from_u16(error.code.status());
        Self { status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), error }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
