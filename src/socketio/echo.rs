//! The echo that the public Socket.IO suite runs against: namespaces `/` and `/custom` at `/socket.io/`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rmpv::Value;
use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
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

/// Time between the answer to a CONNECT and the packet after it.
const APART: Duration = Duration::from_millis(10);

async fn welcome(socket: SocketRef, Data(auth): Data<Value>) {
    socket.on("message", |socket: SocketRef, Data(arguments): Data<Arguments>| async move {
        let _full = socket.emit("message-back", &arguments);
    });
    socket.on("message-with-ack", |Data(arguments): Data<Arguments>, ack: AckSender| async move {
        let _full = ack.send(&arguments);
    });
    // The suite listens for one packet at a time: a second one in the same read would be lost to it.
    tokio::time::sleep(APART).await;
    // A full buffer is the suite's own doing and shows in its result.
    let _full = socket.emit("auth", &auth);
}

/// All arguments of an event: the library gives and takes several where a type reads and writes as a tuple.
struct Arguments(Vec<Value>);

/// More arguments than any case of the suite has.
const ARGUMENTS_MAX: usize = 16;

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        for argument in &self.0 {
            tuple.serialize_element(argument)?;
        }
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(ARGUMENTS_MAX, Gather)
    }
}

struct Gather;

impl<'de> Visitor<'de> for Gather {
    type Value = Arguments;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the arguments of an event")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Arguments, A::Error> {
        let mut arguments = Vec::new();
        while let Some(argument) = sequence.next_element()? {
            arguments.push(argument);
        }
        Ok(Arguments(arguments))
    }
}
