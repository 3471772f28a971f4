//! The server side of the WebSocket handshake (RFC 6455 section 4.2).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::accepted::AcceptedStream;
use super::socket::Socket;

/// The stream of an upgraded request.
pub type UpgradedStream = TokioIo<Upgraded>;

/// A request that asked properly for a WebSocket.
pub struct Upgrade {
    on_upgrade: OnUpgrade,
    accept: String,
}

impl Upgrade {
    /// Checks that `request` asks for a WebSocket of version 13.
    ///
    /// # Errors
    /// The status to answer: 400, 405 or 426.
    pub fn from_request<B>(request: &mut Request<B>) -> Result<Self, StatusCode> {
        if request.method() != axum::http::Method::GET {
            return Err(StatusCode::METHOD_NOT_ALLOWED);
        }
        let headers = request.headers();
        if !has_token(headers, &header::CONNECTION, "upgrade")
            || !has_token(headers, &header::UPGRADE, "websocket")
        {
            return Err(StatusCode::UPGRADE_REQUIRED);
        }
        if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
            return Err(StatusCode::UPGRADE_REQUIRED);
        }
        let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or(StatusCode::BAD_REQUEST)?;
        let accept = derive_accept_key(key.as_bytes());
        let on_upgrade =
            request.extensions_mut().remove::<OnUpgrade>().ok_or(StatusCode::UPGRADE_REQUIRED)?;
        Ok(Self { on_upgrade, accept })
    }

    /// The answer that agrees.
    ///
    /// # Panics
    /// Never: a digest in base64 is a valid header value.
    #[must_use]
    pub fn response(&self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        let accept = HeaderValue::from_str(&self.accept).expect("base64 is a valid header value");
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        response
    }

    /// Waits for the socket in its two halves; `None` when the client went away.
    pub async fn socket(self) -> Option<Socket> {
        let upgraded = self.on_upgrade.await.ok()?;
        let Ok(parts) = upgraded.downcast::<TokioIo<AcceptedStream>>() else {
            tracing::error!("a WebSocket came over a stream that this server did not accept");
            return None;
        };
        Some(Socket::new(parts.io.into_inner(), parts.read_buf))
    }

    /// Waits for the stream; `None` when the client went away.
    pub async fn stream(self) -> Option<UpgradedStream> {
        self.on_upgrade.await.ok().map(TokioIo::new)
    }
}

/// The answer to a request that did not ask properly for a WebSocket.
#[must_use]
pub fn refuse(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from("a WebSocket is expected here\n"));
    *response.status_mut() = status;
    response.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    response
}

/// The refusal of a WebSocket while the server goes down: when to try again.
#[must_use]
pub fn refuse_while_draining(retry_after_ms: u64) -> Response<Body> {
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE);
    response.headers_mut().insert(header::RETRY_AFTER, retry_after_ms.div_ceil(1_000).into());
    response
}

fn has_token(headers: &HeaderMap, name: &header::HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case(token))
}
