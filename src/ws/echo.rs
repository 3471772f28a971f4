//! The echo that the public WebSocket suite runs against, over the same upgrade, codec and close as `/ws`.

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use futures_util::StreamExt;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::duplex::Duplex;
use super::frames::Opcode;
use super::route::socket_config;
use super::sink::FrameSink;
use super::state::WsState;
use super::writer::CLOSE_GRACE;
use super::writer::close;
use crate::handshake::{Socket, Upgrade, refuse};
use crate::wire::CloseCode;

/// `GET /__conformance/echo`: sends every message back.
pub async fn echo(State(state): State<WsState>, mut request: Request<Body>) -> Response<Body> {
    let upgrade = match Upgrade::from_request(&mut request) {
        Ok(upgrade) => upgrade,
        Err(status) => return refuse(status),
    };
    let response = upgrade.response();
    let max_message_bytes = state.hub.base().settings.conformance_max_message_bytes;
    state.hub.base().tasks.spawn(async move {
        if let Some(socket) = upgrade.socket().await {
            run(socket, max_message_bytes).await;
        }
    });
    response
}

async fn run(socket: Socket, max_message_bytes: usize) {
    let config = socket_config(max_message_bytes);
    let sink = FrameSink::new(socket.writer);
    let duplex = Duplex { reader: socket.reader, sink: sink.clone() };
    let mut stream = WebSocketStream::from_raw_socket(duplex, Role::Server, Some(config)).await;
    while let Some(message) = stream.next().await {
        let failure = match message {
            Ok(Message::Text(text)) => match echoed(&sink, Opcode::Text, text.as_bytes()).await {
                Ok(()) => continue,
                Err(_) => break,
            },
            Ok(Message::Binary(bytes)) => match echoed(&sink, Opcode::Binary, &bytes).await {
                Ok(()) => continue,
                Err(_) => break,
            },
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) => continue,
            Err(Error::Utf8(_)) => CloseCode::InvalidUtf8,
            Err(Error::Capacity(_)) => CloseCode::FrameTooLarge,
            Err(Error::Protocol(_)) => CloseCode::ProtocolError,
            Err(_) => break,
        };
        close(&sink, Some(failure.into())).await;
        break;
    }
    // The peer completes the close handshake or is disconnected.
    let _late =
        tokio::time::timeout(CLOSE_GRACE, async { while let Some(Ok(_)) = stream.next().await {} }).await;
}

async fn echoed(sink: &FrameSink, opcode: Opcode, payload: &[u8]) -> std::io::Result<()> {
    sink.send(opcode, payload)?;
    sink.drain().await
}
