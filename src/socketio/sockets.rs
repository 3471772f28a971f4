//! Turns a Socket.IO CONNECT into a connection of the hub.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header;
use serde::Deserialize;
use serde_json::value::RawValue;
use socketioxide::SocketIo;
use socketioxide::adapter::LocalAdapter;
use socketioxide::handler::{ConnectHandler, FromConnectParts, FromDisconnectParts, FromMessageParts};
use socketioxide::socket::{DisconnectReason, Socket};
use socketioxide_core::Value;

use super::inbox::{Inbox, InboxSource};
use super::pipe::Pipe;
use super::pump::Pump;
use crate::accounts::{Accounts, Entry};
use crate::auth::Principal;
use crate::hub::{Client, Greeting, Hub, Incoming, Transport, serve};
use crate::refusal::ServiceError;
use crate::wire::{CloseCode, ErrorCode, WireError, check_json_text};

/// What was found out about a socket before its CONNECT was answered.
#[derive(Clone)]
struct Arrival {
    principal: Principal,
    client_id: Option<String>,
    inbox: Arc<Inbox>,
}

/// What the middle of the transport knows of a request; put there by the service.
#[derive(Clone)]
pub(super) struct RequestFacts {
    pub(super) pipe: Arc<Pipe>,
    pub(super) address: IpAddr,
}

/// The socket itself, to keep.
struct Kept(Arc<Socket>);

impl FromConnectParts<LocalAdapter> for Kept {
    type Error = Infallible;

    fn from_connect_parts(socket: &Arc<Socket>, _: &Option<Value>) -> Result<Self, Infallible> {
        Ok(Self(socket.clone()))
    }
}

impl FromDisconnectParts<LocalAdapter> for Kept {
    type Error = Infallible;

    fn from_disconnect_parts(socket: &Arc<Socket>, _: DisconnectReason) -> Result<Self, Infallible> {
        Ok(Self(socket.clone()))
    }
}

/// `auth` as it was sent.
struct RawAuth(Option<String>);

impl FromConnectParts<LocalAdapter> for RawAuth {
    type Error = Infallible;

    fn from_connect_parts(_: &Arc<Socket>, auth: &Option<Value>) -> Result<Self, Infallible> {
        Ok(Self(auth.as_ref().and_then(|auth| auth.as_str().map(|text| text.to_string()))))
    }
}

/// An event as it was sent: a JSON list of name and arguments, and the id of the ack it asks for.
struct RawEvent {
    json: String,
    ack: Option<i64>,
}

impl FromMessageParts<LocalAdapter> for RawEvent {
    type Error = Infallible;

    fn from_message_parts(_: &Arc<Socket>, value: &mut Value, ack: &Option<i64>) -> Result<Self, Infallible> {
        let json = value.as_str().map(|text| text.to_string()).unwrap_or_default();
        Ok(Self { json, ack: *ack })
    }
}

/// A refused CONNECT: the library sends these words as the message of `connect_error`.
#[derive(Debug)]
struct ConnectRefused(ErrorCode);

impl fmt::Display for ConnectRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl std::error::Error for ConnectRefused {}

/// Lets clients into namespace `/`.
pub(super) fn register(io: &SocketIo, hub: Arc<Hub>, accounts: Accounts) {
    let check = {
        let hub = hub.clone();
        move |Kept(socket): Kept, RawAuth(auth): RawAuth| {
            let (hub, accounts) = (hub.clone(), accounts.clone());
            async move {
                let arrival = arrive(&hub, &accounts, &socket, auth.as_deref()).await?;
                // Handlers stand before the client hears that it is connected, or its first events are lost.
                listen(&socket, arrival.inbox.clone(), hub.base().settings.frame_max_bytes);
                socket.extensions.insert(arrival);
                Ok::<(), ConnectRefused>(())
            }
        }
    };
    let welcome = move |Kept(socket): Kept| {
        let hub = hub.clone();
        async move { run(hub, socket).await }
    };
    io.ns("/", welcome.with(check));
}

async fn arrive(
    hub: &Hub,
    accounts: &Accounts,
    socket: &Arc<Socket>,
    auth: Option<&str>,
) -> Result<Arrival, ConnectRefused> {
    if hub.is_draining() {
        return Err(ConnectRefused(ErrorCode::Draining));
    }
    let refused = |error: ServiceError| ConnectRefused(error.report().code);
    let facts = facts(socket).ok_or(ConnectRefused(ErrorCode::Internal))?;
    let auth = read_auth(auth.unwrap_or("{}")).ok_or(ConnectRefused(ErrorCode::Unauthenticated))?;
    let entry = Entry::Socket;
    let mut principal = accounts
        .authenticate_from(facts.address, &auth.token, entry, auth.channel_key.as_deref())
        .await
        .map_err(refused)?;
    let client_id = auth.client_id.filter(|id| id.len() <= 64);
    let headers = &socket.req_parts().headers;
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let (origin, host) = (text(header::ORIGIN), text(header::HOST));
    accounts.check_origin(&mut principal, entry, origin, host).await.map_err(refused)?;
    Ok(Arrival { principal, client_id, inbox: Inbox::new(facts.pipe) })
}

fn facts(socket: &Socket) -> Option<RequestFacts> {
    socket.req_parts().extensions.get::<RequestFacts>().cloned()
}

/// What a client says of itself as it connects.
#[derive(Deserialize)]
struct Auth {
    token: String,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    channel_key: Option<String>,
}

fn read_auth(json: &str) -> Option<Auth> {
    check_json_text(json).ok()?;
    serde_json::from_str(json).ok()
}

/// Puts every event into the inbox, in the order in which it arrives: the closure's body runs in the
/// library's reader, only the returned future would be a task of its own.
fn listen(socket: &Arc<Socket>, inbox: Arc<Inbox>, frame_max_bytes: usize) {
    let events = inbox.clone();
    socket.on_fallback(move |event: RawEvent| {
        // The decoder takes more, so that the client hears why: as on the native transport.
        let is_too_large = event.json.len() > frame_max_bytes;
        events.push(if is_too_large { Incoming::Fatal(CloseCode::FrameTooLarge) } else { incoming(&event) });
        std::future::ready(())
    });
    socket.on_disconnect(move |_socket: Kept| {
        inbox.end();
        std::future::ready(())
    });
}

fn incoming(event: &RawEvent) -> Incoming {
    let ack = event.ack;
    let Ok(parts) = serde_json::from_str::<Vec<&RawValue>>(&event.json) else {
        let error = WireError::bad_request("the event is not JSON, or holds NUL characters");
        return Incoming::refused(Cow::default(), ack, error);
    };
    match parts.first().and_then(|name| serde_json::from_str::<String>(name.get()).ok()) {
        Some(name) => Incoming::read(name.into(), parts.get(1).map(|data| data.get()), ack),
        None => Incoming::refused(Cow::default(), ack, WireError::bad_request("the event has no name")),
    }
}

async fn run(hub: Arc<Hub>, socket: Arc<Socket>) {
    let (Some(arrival), Some(facts)) = (socket.extensions.get::<Arrival>(), facts(&socket)) else { return };
    let client = Client::admit(
        hub.clone(),
        arrival.principal,
        arrival.client_id.as_deref(),
        Transport::SocketIo,
        facts.address,
        Greeting::Event,
    )
    .await;
    let pump = Pump { socket: socket.clone(), connection: client.connection().clone(), pipe: facts.pipe };
    let pump = hub.base().tasks.spawn(pump.run());
    serve(client, &mut InboxSource(arrival.inbox)).await;
    // The pump ends with the outbox; it does not panic.
    let _ended = pump.await;
}
