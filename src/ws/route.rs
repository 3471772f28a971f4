//! `GET /ws`: upgrades a request into a connection of the hub and runs it until it closes.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use futures_util::StreamExt;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::keepalive::Signs;
use super::reader::Reader;
use super::state::{Caller, WsState};
use super::writer::CLOSE_GRACE;
use super::{hello, writer};
use crate::clock;
use crate::config::Settings;
use crate::handshake::{Upgrade, UpgradedStream, refuse};
use crate::hub::{Client, Greeting, Transport, serve};
use crate::limits::client_ip;

/// Bytes read from a socket at once: small, for most connections are idle.
const READ_BUFFER_BYTES: usize = 4_096;
/// Bytes gathered before they are written out within one turn.
const WRITE_BUFFER_BYTES: usize = 16_384;
/// The decoder takes four times the largest frame, so that 4513 can still be said.
const DECODER_FACTOR: usize = 4;

/// `GET /ws`.
pub async fn upgrade(
    State(state): State<WsState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request<Body>,
) -> Response<Body> {
    if state.hub.is_draining() {
        return refuse(StatusCode::SERVICE_UNAVAILABLE);
    }
    let upgrade = match Upgrade::from_request(&mut request) {
        Ok(upgrade) => upgrade,
        Err(status) => return refuse(status),
    };
    let response = upgrade.response();
    let settings = state.hub.settings();
    let caller = Caller {
        address: client_ip(peer.ip(), request.headers(), &settings.trusted_proxies),
        origin: text_of(request.headers(), &header::ORIGIN),
        host: text_of(request.headers(), &header::HOST),
    };
    let hub = state.hub.clone();
    hub.tasks().spawn(async move {
        if let Some(stream) = upgrade.stream().await {
            run(state, stream, caller).await;
        }
    });
    response
}

pub(super) fn text_of(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

pub(super) fn socket_config(max_message_bytes: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES + 16 * 1_024 * 1_024)
        .max_message_size(Some(max_message_bytes))
        .max_frame_size(Some(max_message_bytes))
}

fn decoder_max_bytes(settings: &Settings) -> usize {
    settings.frame_max_bytes.saturating_mul(DECODER_FACTOR)
}

async fn run(state: WsState, stream: UpgradedStream, caller: Caller) {
    let settings = state.hub.settings();
    let config = socket_config(decoder_max_bytes(settings));
    let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let (mut sink, stream) = socket.split();
    let mut reader = Reader::new(stream, settings);
    let accepted = match Box::pin(hello::wait(&state, &mut reader, &caller)).await {
        Ok(accepted) => accepted,
        Err(refused) => {
            Box::pin(hello::refuse(&mut sink, refused)).await;
            Box::pin(reader.finish(CLOSE_GRACE)).await;
            return;
        }
    };
    let client = Box::pin(Client::admit(
        state.hub.clone(),
        accepted.principal,
        accepted.client_id.as_deref(),
        Transport::Native,
        caller.address,
        accepted.ack.map_or(Greeting::Silent, Greeting::Ack),
    ))
    .await;
    let connection = client.connection().clone();
    let signs = Signs::new(settings, clock::instant());
    let writer = state.hub.tasks().spawn(writer::run(sink, connection, signs));
    serve(client, &mut reader).await;
    // The writer ends with the outbox; it does not panic.
    let _ended = writer.await;
    Box::pin(reader.finish(CLOSE_GRACE)).await;
}
