//! The first frame, which authenticates the connection.

use std::time::Duration;

use super::frames::parse_envelope;
use super::reader::Reader;
use super::sink::FrameSink;
use super::state::{Caller, WsState};
use super::writer::close;
use crate::accounts::Entry;
use crate::auth::Principal;
use crate::hub::Outgoing;
use crate::wire::{CloseCode, ErrorCode, Frame, HelloData, WireError, check_json_text, event};

/// The longest id of a tab.
const CLIENT_ID_MAX_BYTES: usize = 64;

/// Who may come in.
pub(super) struct Accepted {
    pub(super) principal: Principal,
    pub(super) client_id: Option<String>,
    pub(super) ack: Option<i64>,
}

/// Why somebody may not.
pub(super) struct Refused {
    ack: Option<i64>,
    error: Option<WireError>,
    code: CloseCode,
}

impl Refused {
    fn with(ack: Option<i64>, error: WireError) -> Self {
        let code = match error.code {
            ErrorCode::Forbidden => CloseCode::Forbidden,
            ErrorCode::Unavailable | ErrorCode::Internal => CloseCode::InternalError,
            ErrorCode::Draining => CloseCode::Draining,
            _ => CloseCode::Unauthenticated,
        };
        Self { ack, error: Some(error), code }
    }
}

/// Waits for the hello and checks it.
pub(super) async fn wait(state: &WsState, reader: &mut Reader, caller: &Caller) -> Result<Accepted, Refused> {
    let timeout = Duration::from_millis(state.hub.base().settings.hello_timeout_ms);
    let silent = Refused { ack: None, error: None, code: CloseCode::Unauthenticated };
    let text = match tokio::time::timeout(timeout, reader.next_text()).await {
        Ok(Some(Ok(text))) => text,
        Ok(Some(Err(code))) => return Err(Refused { ack: None, error: None, code }),
        Ok(None) | Err(_) => return Err(silent),
    };
    let Some(envelope) = parse_envelope(&text) else {
        return Err(Refused { ack: None, error: None, code: CloseCode::BadFrame });
    };
    let ack = envelope.id;
    if envelope.event != "hello" {
        let error = WireError::new(ErrorCode::Unauthenticated, "say hello first");
        return Err(Refused::with(ack, error));
    }
    let hello = parse_hello(envelope.data.map_or("{}", |data| data.get()))
        .map_err(|error| Refused::with(ack, error))?;
    let mut principal = state
        .accounts
        .authenticate_from(caller.address, &hello.token, Entry::Socket, hello.channel_key.as_deref())
        .await
        .map_err(|error| Refused::with(ack, error.report()))?;
    state
        .accounts
        .check_origin(&mut principal, Entry::Socket, caller.origin.as_deref(), caller.host.as_deref())
        .await
        .map_err(|error| Refused::with(ack, error.report()))?;
    Ok(Accepted { principal, client_id: hello.client_id, ack })
}

fn parse_hello(json: &str) -> Result<HelloData, WireError> {
    check_json_text(json).map_err(|fault| WireError::bad_request(fault.message()))?;
    let hello: HelloData = serde_json::from_str(json)
        .map_err(|error| WireError::bad_request(format!("bad data for hello: {error}")))?;
    if hello.client_id.as_ref().is_some_and(|id| id.len() > CLIENT_ID_MAX_BYTES) {
        return Err(WireError::bad_request("client_id is longer than 64 bytes"));
    }
    Ok(hello)
}

/// Says why not, and closes.
pub(super) async fn refuse(sink: &FrameSink, refused: Refused) {
    if let Some(error) = refused.error {
        let answer = match refused.ack {
            Some(id) => Outgoing::Ack { id, body: Err(error) },
            None => Outgoing::Event(Frame::new(event::ERROR, &error.about("hello"))),
        };
        // The client may have disconnected.
        let _gone = sink.send_item(&answer);
    }
    close(sink, Some(refused.code.into())).await;
}
