//! `GET /ws`: upgrades a request into a connection of the hub and runs it until it closes.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Request, Response, header};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::duplex::Duplex;
use super::keepalive::Signs;
use super::reader::Reader;
use super::sink::FrameSink;
use super::state::{Caller, WsState};
use super::writer::CLOSE_GRACE;
use super::{hello, writer};
use crate::clock;
use crate::config::Settings;
use crate::handshake::{Socket, Upgrade, refuse, refuse_while_draining};
use crate::hub::{Client, Greeting, Transport, serve};
use crate::limits::client_ip;

/// Bytes read from a socket at once, and kept by every connection: most are idle, and few events are longer.
const READ_BUFFER_BYTES: usize = 1_024;
/// Pongs and a close that the codec keeps while nothing can be written; of further pongs it keeps the newest.
const CONTROL_MAX_BYTES: usize = 1_024;
/// The decoder takes four times the largest frame, so that 4513 can still be said.
const DECODER_FACTOR: usize = 4;

/// `GET /ws`.
pub async fn upgrade(
    State(state): State<WsState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request<Body>,
) -> Response<Body> {
    if state.hub.is_draining() {
        return refuse_while_draining(state.hub.base().settings.drain_reconnect_after_ms);
    }
    let upgrade = match Upgrade::from_request(&mut request) {
        Ok(upgrade) => upgrade,
        Err(status) => return refuse(status),
    };
    let response = upgrade.response();
    let settings = &state.hub.base().settings;
    let caller = Caller {
        address: client_ip(peer.ip(), request.headers(), &settings.trusted_proxies),
        origin: text_of(request.headers(), &header::ORIGIN),
        host: text_of(request.headers(), &header::HOST),
    };
    let hub = state.hub.clone();
    hub.base().tasks.spawn(async move {
        if let Some(socket) = upgrade.socket().await {
            run(state, socket, caller).await;
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
        .write_buffer_size(0)
        .max_write_buffer_size(CONTROL_MAX_BYTES)
        .max_message_size(Some(max_message_bytes))
        .max_frame_size(Some(max_message_bytes))
}

fn decoder_max_bytes(settings: &Settings) -> usize {
    settings.frame_max_bytes.saturating_mul(DECODER_FACTOR)
}

async fn run(state: WsState, socket: Socket, caller: Caller) {
    let settings = &state.hub.base().settings;
    let sink = FrameSink::new(socket.writer);
    let duplex = Duplex { reader: socket.reader, sink: sink.clone() };
    let config = socket_config(decoder_max_bytes(settings));
    let stream = WebSocketStream::from_raw_socket(duplex, Role::Server, Some(config)).await;
    let mut reader = Reader::new(stream, settings);
    let accepted = match Box::pin(hello::wait(&state, &mut reader, &caller)).await {
        Ok(accepted) => accepted,
        Err(refused) => {
            Box::pin(hello::refuse(&sink, refused)).await;
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
    connection.outbox.attach(Box::new(sink.clone()));
    let signs = Signs::new(settings, clock::instant());
    let writer = state.hub.base().tasks.spawn(writer::run(sink, connection, signs));
    serve(client, &mut reader).await;
    // The writer ends with the outbox; it does not panic.
    let _ended = writer.await;
    Box::pin(reader.finish(CLOSE_GRACE)).await;
}
