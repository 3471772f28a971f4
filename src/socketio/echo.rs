//! The echo that the public Socket.IO suite runs against: namespaces `/` and `/custom` at `/socket.io/`.

use std::sync::Arc;
use std::time::Duration;

use rmpv::Value;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};

use super::service::SocketIoEdge;
use crate::config::Settings;

/// Builds the echo over the same accept path as the edge.
#[must_use]
pub fn echo_service(settings: Arc<Settings>) -> SocketIoEdge {
    let max_bytes = settings.conformance_max_message_bytes;
    let (service, io) = SocketIo::builder()
        .req_path("/socket.io")
        .ping_interval(Duration::from_millis(settings.conformance_ping_interval_ms))
        .ping_timeout(Duration::from_millis(settings.conformance_ping_timeout_ms))
        .connect_timeout(Duration::from_secs(1))
        .max_payload(max_bytes as u64)
        .ws_max_message_size(max_bytes)
        .ws_max_frame_size(max_bytes)
        .build_svc();
    for namespace in ["/", "/custom"] {
        io.ns(namespace, welcome);
    }
    SocketIoEdge::over(service, settings)
}

async fn welcome(socket: SocketRef, Data(auth): Data<Value>) {
    // A full buffer is the suite's own doing and shows in its result.
    let _full = socket.emit("auth", &auth);
    socket.on("message", |socket: SocketRef, Data(arguments): Data<Value>| async move {
        let _full = socket.emit("message-back", &arguments);
    });
    socket.on("message-with-ack", |Data(arguments): Data<Value>, ack: AckSender| async move {
        let _full = ack.send(&arguments);
    });
}
