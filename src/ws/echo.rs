//! The echo that the public WebSocket suite runs against, over the same upgrade, codec and close as `/ws`.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::route::socket_config;
use super::state::WsState;
use super::writer::CLOSE_GRACE;
use super::writer::close;
use crate::handshake::{Upgrade, UpgradedStream, refuse};
use crate::wire::CloseCode;

/// `GET /__conformance/echo`: sends every message back.
pub async fn echo(State(state): State<WsState>, mut request: Request<Body>) -> Response<Body> {
    let upgrade = match Upgrade::from_request(&mut request) {
        Ok(upgrade) => upgrade,
        Err(status) => return refuse(status),
    };
    let response = upgrade.response();
    let max_message_bytes = state.hub.settings().conformance_max_message_bytes;
    state.hub.tasks().spawn(async move {
        if let Some(stream) = upgrade.stream().await {
            run(stream, max_message_bytes).await;
        }
    });
    response
}

async fn run(stream: UpgradedStream, max_message_bytes: usize) {
    let config = socket_config(max_message_bytes);
    let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let (mut sink, mut stream) = socket.split();
    while let Some(message) = stream.next().await {
        let failure = match message {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => match sink.send(message).await {
                Ok(()) => continue,
                Err(_) => break,
            },
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) => continue,
            Err(Error::Utf8(_)) => CloseCode::InvalidUtf8,
            Err(Error::Capacity(_)) => CloseCode::FrameTooLarge,
            Err(Error::Protocol(_)) => CloseCode::ProtocolError,
            Err(_) => break,
        };
        close(&mut sink, Some(failure.into())).await;
        break;
    }
    // The other side finishes the close, or is cut.
    let _late =
        tokio::time::timeout(CLOSE_GRACE, async { while let Some(Ok(_)) = stream.next().await {} }).await;
}
