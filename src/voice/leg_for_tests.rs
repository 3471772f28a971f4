//! Legs of a call for tests: a socket as the server has it, the browser at its other end, and who may be in a call.

use futures_util::StreamExt as _;
use hyper_util::rt::TokioIo;
use rooms::{ChannelId, OrgId, User, UserId, UserKind};
use tokio::io::DuplexStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role as SocketRole;

use super::leg::LegSocket;
use crate::auth::{Principal, PrincipalKind};
use crate::model::Role;

/// Bytes that wait in the pipe between both ends.
const PIPE_BYTES: usize = 64 * 1_024;

/// The other end of a leg's socket.
pub(super) struct Browser(pub(super) WebSocketStream<DuplexStream>);

/// A socket that has been upgraded over a pipe, and its other end.
pub(super) async fn connect() -> (LegSocket, Browser) {
    let (near, far) = tokio::io::duplex(PIPE_BYTES);
    let (streams, mut upgraded) = tokio::sync::mpsc::channel(1);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        let streams = streams.clone();
        async move {
            let upgrade =
                crate::handshake::Upgrade::from_request(&mut request).expect("asks for a WebSocket");
            let response = upgrade.response();
            tokio::spawn(async move {
                let stream = upgrade.stream().await.expect("the request is upgraded");
                streams.send(stream).await.expect("the test waits");
            });
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(near), service)
        .with_upgrades();
    tokio::spawn(serving);
    let (browser, _) = tokio_tungstenite::client_async("ws://hub/ws/voice", far).await.expect("a WebSocket");
    let stream = upgraded.recv().await.expect("a stream");
    (WebSocketStream::from_raw_socket(stream, SocketRole::Server, None).await, Browser(browser))
}

impl Browser {
    /// The code that the socket is closed with.
    pub(super) async fn close_code(&mut self) -> Option<u16> {
        loop {
            if let Message::Close(frame) = self.0.next().await?.ok()? {
                return frame.map(|frame| frame.code.into());
            }
        }
    }

    /// The next control event.
    pub(super) async fn event(&mut self) -> serde_json::Value {
        loop {
            if let Message::Text(text) = self.0.next().await.expect("a message").expect("a whole one") {
                return serde_json::from_str(&text).expect("JSON");
            }
        }
    }

    /// The next frame of sound.
    pub(super) async fn sound(&mut self) -> Vec<u8> {
        loop {
            if let Message::Binary(bytes) = self.0.next().await.expect("a message").expect("a whole one") {
                return bytes.to_vec();
            }
        }
    }
}

/// An agent of org 1.
pub(super) fn agent(id: u128) -> Principal {
    let user = User { id: UserId(id), kind: UserKind::Agent, name: "Ada".into() };
    principal(user, PrincipalKind::Agent { role: Role::Agent, platform_admin: false })
}

/// A visitor of org 1.
pub(super) fn visitor(id: u128) -> Principal {
    let user = User { id: UserId(id), kind: UserKind::Visitor, name: "Vera".into() };
    principal(user, PrincipalKind::Visitor { channel: ChannelId(2) })
}

fn principal(user: User, kind: PrincipalKind) -> Principal {
    Principal {
        org: OrgId(1),
        credential: format!("session:{}", user.id).into(),
        user,
        kind,
        expires_at: None,
        page: None,
        message_max_chars: None,
        blocked: crate::model::BlockedVisitors::default(),
        standing: crate::auth::Standing::default(),
    }
}
