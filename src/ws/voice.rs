//! `GET /ws/voice`: upgrades a request into a leg of a call.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderValue, Request, Response, header};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};

use super::route::text_of;
use super::writer::CLOSE_GRACE;
use crate::handshake::{Upgrade, UpgradedStream, refuse, refuse_while_draining};
use crate::hub::Hub;
use crate::voice::{LegSocket, Voice};
use crate::wire::{CloseCode, VoiceDown, WireError, parse_voice_hello};

/// The subprotocol that browsers ask for.
const SUBPROTOCOL: &str = "switchboard.voice.v1";
/// Bytes read at once: a few frames of 20 ms.
const READ_BUFFER_BYTES: usize = 4_096;
/// Bytes gathered before they are written within one turn.
const WRITE_BUFFER_BYTES: usize = 8_192;
/// What the socket may hold unwritten; the call stops writing long before.
const UNSENT_MAX_BYTES: usize = 256 * 1_024;
/// The largest message: a frame with the longest payload, with room for control.
const MESSAGE_MAX_BYTES: usize = 64 * 1_024;

/// What the route needs.
#[derive(Clone)]
pub struct VoiceState {
    /// The hub.
    pub hub: Arc<Hub>,
    /// Calls.
    pub voice: Voice,
}

/// `GET /ws/voice`.
pub async fn upgrade_voice(
    State(state): State<VoiceState>,
    ConnectInfo(_peer): ConnectInfo<SocketAddr>,
    mut request: Request<Body>,
) -> Response<Body> {
    if state.hub.is_draining() {
        return refuse_while_draining(state.hub.base().settings.drain_reconnect_after_ms);
    }
    let upgrade = match Upgrade::from_request(&mut request) {
        Ok(upgrade) => upgrade,
        Err(status) => return refuse(status),
    };
    let mut response = upgrade.response();
    let wanted = text_of(request.headers(), &header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    if wanted.split(',').any(|one| one.trim() == SUBPROTOCOL) {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    let origin = text_of(request.headers(), &header::ORIGIN);
    let hub = state.hub.clone();
    hub.base().tasks.spawn(async move {
        if let Some(stream) = upgrade.stream().await {
            run(state, stream, origin).await;
        }
    });
    response
}

async fn run(state: VoiceState, stream: UpgradedStream, origin: Option<String>) {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(UNSENT_MAX_BYTES)
        .max_message_size(Some(MESSAGE_MAX_BYTES))
        .max_frame_size(Some(MESSAGE_MAX_BYTES));
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let wait = std::time::Duration::from_millis(state.hub.base().settings.hello_timeout_ms);
    let text = match tokio::time::timeout(wait, first_text(&mut socket)).await {
        Ok(Some(text)) => text,
        Ok(None) => return,
        Err(_) => return close(socket, None).await,
    };
    let hello = match parse_voice_hello(&text) {
        Ok(hello) => hello,
        Err(message) => return close(socket, Some(WireError::bad_request(message))).await,
    };
    if let Err((socket, error)) = state.voice.join(socket, hello, origin.as_deref()).await {
        close(*socket, Some(error.report())).await;
    }
}

/// The first text; what comes before it is no hello and counts for nothing.
async fn first_text(socket: &mut LegSocket) -> Option<String> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(text.as_str().to_owned()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// Says why not, and closes.
async fn close(mut socket: LegSocket, error: Option<WireError>) {
    let farewell = async {
        if let Some(error) = error {
            let event = VoiceDown::Error {
                code: error.code.as_str(),
                message: error.message.into_owned(),
                retry: false,
                fatal: true,
            };
            socket.send(Message::text(event.text(1))).await?;
        }
        let code = CloseCode::Unauthenticated;
        let frame =
            CloseFrame { code: code.number().into(), reason: code.error().as_str().to_owned().into() };
        socket.close(Some(frame)).await?;
        while let Some(Ok(_)) = socket.next().await {}
        Ok::<_, tokio_tungstenite::tungstenite::Error>(())
    };
    // A peer that does not read in time is disconnected.
    let _late = tokio::time::timeout(CLOSE_GRACE, farewell).await;
}
