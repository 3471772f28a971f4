//! The HTTP side of `/socket.io/chat`: attaches a pipe to every session and responds for aborted ones.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use dashmap::DashMap;
use engineioxide::service::NotFoundService;
use http_body_util::BodyExt;
use socketioxide::SocketIo;
use socketioxide::service::SocketIoService;
use tower::ServiceExt;

use super::first_ping::FirstPing;
use super::pipe::Pipe;
use super::sockets::{RequestFacts, register};
use super::stream::PipedStream;
use crate::accounts::Accounts;
use crate::config::Settings;
use crate::handshake::{Upgrade, refuse};
use crate::hub::Hub;
use crate::limits::client_ip;

/// The path of the contract.
const PATH: &str = "/socket.io/chat";
/// Capacity of the library's packet buffer per client; the outbox is the queue that bounds memory.
const LIBRARY_PACKETS_MAX: usize = 1_024;
/// Size of a read from a socket.
const READ_BUFFER_BYTES: usize = 4_096;
/// Separator of the packets of one poll.
const SEPARATOR: u8 = 0x1e;
/// The no-op packet.
const NOOP: &str = "6";
/// Timeout for the pong of a client, in milliseconds.
const PING_TIMEOUT_MAX_MS: u64 = 20_000;
/// Less would end the connections of phones that stall for a moment, where the silence of presence is not shorter.
const PING_TIMEOUT_MIN_MS: u64 = 10_000;

pub(super) type Service = SocketIoService<NotFoundService>;

/// The Socket.IO edge; cloning shares it.
#[derive(Clone)]
pub struct SocketIoEdge {
    service: Service,
    settings: Arc<Settings>,
    pipes: Arc<DashMap<String, Weak<Pipe>>>,
}

/// Builds the edge.
#[must_use]
pub fn edge(hub: Arc<Hub>, accounts: Accounts, settings: Arc<Settings>) -> SocketIoEdge {
    let decoder_max_bytes = settings.frame_max_bytes.saturating_mul(4);
    let (service, io) = SocketIo::builder()
        .req_path(PATH)
        .ping_interval(Duration::from_millis(settings.ping_ms.min(settings.heartbeat_ms)))
        .ping_timeout(ping_timeout(&settings))
        .max_buffer_size(LIBRARY_PACKETS_MAX)
        .max_payload(decoder_max_bytes as u64)
        .ws_read_buffer_size(READ_BUFFER_BYTES)
        .ws_max_message_size(decoder_max_bytes)
        .ws_max_frame_size(decoder_max_bytes)
        .build_svc();
    register(&io, hub, accounts);
    SocketIoEdge::over(service, settings)
}

/// How long a client has to answer a ping: the next ping and the grace period of presence come in the same time after
/// which a silent person is gone.
fn ping_timeout(settings: &Settings) -> Duration {
    let others_ms = settings.ping_ms.saturating_add(settings.presence_grace_ms);
    let left_ms = settings.presence_silence_ms.saturating_sub(others_ms);
    let least_ms = PING_TIMEOUT_MIN_MS.min(settings.presence_silence_ms);
    Duration::from_millis(left_ms.clamp(least_ms, PING_TIMEOUT_MAX_MS))
}

impl SocketIoEdge {
    /// An edge over any Socket.IO service.
    pub(super) fn over(service: Service, settings: Arc<Settings>) -> Self {
        Self { service, settings, pipes: Arc::new(DashMap::new()) }
    }

    /// Answers one request of a client.
    pub async fn handle(self, request: Request<Body>) -> Response<Body> {
        let origin = request.headers().get(header::ORIGIN).cloned();
        let mut response = if request.method() == Method::OPTIONS {
            StatusCode::NO_CONTENT.into_response()
        } else {
            self.answer(request).await
        };
        if let Some(origin) = origin {
            allow(&mut response, origin);
        }
        response
    }

    async fn answer(self, mut request: Request<Body>) -> Response<Body> {
        let sid = query_value(request.uri().query().unwrap_or_default(), "sid");
        let pipe = match &sid {
            Some(sid) => self.pipes.get(sid).and_then(|pipe| pipe.upgrade()),
            None => Some(Arc::new(Pipe::default())),
        };
        let Some(pipe) = pipe.filter(|pipe| !pipe.is_cut()) else { return unknown_session() };
        let address = self.client_address(&request);
        request.extensions_mut().insert(RequestFacts { pipe: pipe.clone(), address });
        let wants_socket = query_value(request.uri().query().unwrap_or_default(), "transport").as_deref()
            == Some("websocket");
        if wants_socket {
            let first_ping = if sid.is_none() { FirstPing::default() } else { FirstPing::done() };
            return self.open_socket(request, pipe, first_ping);
        }
        self.poll(request, sid.is_none(), pipe).await
    }

    fn client_address(&self, request: &Request<Body>) -> IpAddr {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let peer = peer.unwrap_or(IpAddr::from([127, 0, 0, 1]));
        client_ip(peer, request.headers(), &self.settings.trusted_proxies)
    }

    /// A WebSocket, new or in the place of a session's polling, over a stream that its pipe controls.
    fn open_socket(
        &self,
        mut request: Request<Body>,
        pipe: Arc<Pipe>,
        first_ping: FirstPing,
    ) -> Response<Body> {
        let upgrade = match Upgrade::from_request(&mut request) {
            Ok(upgrade) => upgrade,
            Err(status) => return refuse(status),
        };
        let response = upgrade.response();
        let (parts, _) = request.into_parts();
        let service = self.service.clone();
        tokio::spawn(async move {
            let Some(stream) = upgrade.stream().await else { return };
            let stream = PipedStream::new(stream, pipe, first_ping);
            // The library answers what it does not like on the socket itself.
            let _opened = service.oneshot((stream, Request::from_parts(parts, ()))).await;
        });
        response
    }

    /// A polling request: posts wait while the client's events wait, polls are what it has taken.
    async fn poll(&self, request: Request<Body>, is_new: bool, pipe: Arc<Pipe>) -> Response<Body> {
        if request.method() == Method::POST {
            pipe.released().await;
            return self.ask(request, &pipe).await.0;
        }
        let again = empty_copy(&request, Method::GET, Body::empty());
        let pong = empty_copy(&request, Method::POST, Body::from("3"));
        let (response, bytes) = self.ask(request, &pipe).await;
        if is_new {
            self.remember(&bytes, &pipe);
            return response;
        }
        pipe.taken_all();
        // The first ping is hidden here as `first_ping` hides it on a WebSocket.
        let rest = if pipe.is_first_poll() { without_first_ping(&bytes) } else { None };
        let Some(rest) = rest else { return response };
        // The session may have ended meanwhile; the next poll says so.
        let _answered = self.ask(pong, &pipe).await;
        if rest.is_empty() {
            let (response, _) = self.ask(again, &pipe).await;
            // A session that has ended between the two answers the poll with a noop, as it does a waiting one.
            return if response.status().is_success() { response } else { NOOP.into_response() };
        }
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::from(rest))
    }

    /// Has the library answer, unless the session is cut meanwhile; the body is given beside the answer too.
    async fn ask(&self, request: Request<Body>, pipe: &Pipe) -> (Response<Body>, Bytes) {
        let service = self.service.clone();
        let answered = tokio::select! {
            answered = service.oneshot(request) => answered,
            () = pipe.cut_off() => return (unknown_session(), Bytes::new()),
        };
        let Ok(response) = answered;
        let (parts, body) = response.into_parts();
        match body.collect().await {
            Ok(body) => {
                let bytes = body.to_bytes();
                (Response::from_parts(parts, Body::from(bytes.clone())), bytes)
            }
            Err(_) => (StatusCode::INTERNAL_SERVER_ERROR.into_response(), Bytes::new()),
        }
    }

    /// Keeps the pipe of a session that was just opened by polling: `0{"sid":"…",…}`.
    fn remember(&self, opened: &[u8], pipe: &Arc<Pipe>) {
        #[derive(serde::Deserialize)]
        struct Open {
            sid: String,
        }
        let Some(json) = opened.strip_prefix(b"0") else { return };
        let Ok(open) = serde_json::from_slice::<Open>(json) else { return };
        let (pipes, sid) = (Arc::downgrade(&self.pipes), open.sid.clone());
        pipe.at_end(move || {
            if let Some(pipes) = pipes.upgrade() {
                pipes.remove(&sid);
                if pipes.is_empty() {
                    pipes.shrink_to_fit();
                }
            }
        });
        self.pipes.insert(open.sid, Arc::downgrade(pipe));
    }
}

/// The same request by another method and with another body; what the middle knows of it comes along.
fn empty_copy(request: &Request<Body>, method: Method, body: Body) -> Request<Body> {
    let mut copy = Request::new(body);
    *copy.method_mut() = method;
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    if let Some(facts) = request.extensions().get::<RequestFacts>() {
        copy.extensions_mut().insert(facts.clone());
    }
    copy
}

/// A poll's packets without the ping at their beginning; `None` where there is none.
fn without_first_ping(packets: &Bytes) -> Option<Bytes> {
    match packets.as_ref() {
        [b'2'] => Some(Bytes::new()),
        [b'2', SEPARATOR, ..] => Some(packets.slice(2..)),
        _ => None,
    }
}

fn query_value(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// What Engine.IO answers for a session it does not know; a stock client begins a new one then.
fn unknown_session() -> Response<Body> {
    let body = r#"{"code":1,"message":"Session ID unknown"}"#;
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Polling from another origin: who may come in is decided at CONNECT, by token and origin.
fn allow(response: &mut Response<Body>, origin: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_ends_is_listed_no_more() {
        let (service, _io) = SocketIo::new_svc();
        let edge = SocketIoEdge::over(service, Arc::new(Settings::defaults()));
        let opened: Vec<Arc<Pipe>> = (0..10_000)
            .map(|n| {
                let pipe = Arc::new(Pipe::default());
                edge.remember(format!(r#"0{{"sid":"s{n}"}}"#).as_bytes(), &pipe);
                pipe
            })
            .collect();
        assert_eq!(edge.pipes.len(), 10_000);

        drop(opened);

        assert_eq!((edge.pipes.len(), edge.pipes.capacity()), (0, 0));
    }

    #[test]
    fn a_silent_client_is_gone_in_the_time_of_presence() {
        let settings = Settings::defaults();
        let gone_ms = settings.ping_ms + settings.presence_grace_ms;
        assert_eq!(ping_timeout(&settings), Duration::from_millis(settings.presence_silence_ms - gone_ms));

        let patient = Settings { presence_grace_ms: 30_000, ..Settings::defaults() };
        assert_eq!(
            ping_timeout(&patient),
            Duration::from_secs(10),
            "phones that stall have a moment to answer"
        );
        let impatient = Settings { presence_silence_ms: 100, ..Settings::defaults() };
        assert_eq!(ping_timeout(&impatient), Duration::from_millis(100));
    }
}
