//! Bare socketioxide: its own rooms and acks, WebSocket only.

use axum::Router;
use axum::serve::ListenerExt;
use load_peers::{BACKLOG, announce};
use serde::{Deserialize, Serialize};
use serde_json::json;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::{SocketIo, TransportType};
use tokio::net::TcpSocket;

/// Packets that wait for a reader.
const QUEUE_PACKETS: usize = 1_024;

#[derive(Deserialize)]
struct Join {
    room: String,
}

#[derive(Deserialize, Serialize)]
struct Said {
    room: String,
    content: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (layer, io) = SocketIo::builder()
        .max_buffer_size(QUEUE_PACKETS)
        .transports([TransportType::Websocket])
        .build_layer();
    io.ns("/", async |socket: SocketRef| {
        socket.on("join", async |socket: SocketRef, Data(Join { room }), ack: AckSender| {
            socket.join(room);
            drop(ack.send(&json!({ "ok": true })));
        });
        socket.on("message", async |socket: SocketRef, Data::<Said>(said), ack: AckSender| {
            drop(socket.within(said.room.clone()).emit("message", &said).await);
            drop(ack.send(&json!({ "ok": true })));
        });
        socket.on("typing", async |socket: SocketRef, Data::<Said>(said)| {
            drop(socket.to(said.room.clone()).emit("typing", &said).await);
        });
    });
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let listener = socket.listen(BACKLOG)?;
    announce(listener.local_addr()?.port());
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().layer(layer)).await?;
    Ok(())
}
