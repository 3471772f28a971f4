//! Bare axum: a bounded queue and a writer task per connection, a map of rooms.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use load_peers::{BACKLOG, announce};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpSocket;
use tokio::sync::mpsc;

/// Frames that wait for a reader; one that is further behind loses its place in its rooms.
const QUEUE_FRAMES: usize = 1_024;

type Queue = mpsc::Sender<Utf8Bytes>;
type Rooms = Arc<Mutex<HashMap<String, Vec<(u64, Queue)>>>>;

#[derive(Deserialize)]
struct Asked {
    event: String,
    id: Option<u64>,
    room: String,
    #[serde(default)]
    content: String,
}

#[derive(Serialize)]
struct Said<'a> {
    event: &'a str,
    room: &'a str,
    content: &'a str,
}

#[derive(Clone, Default)]
struct Hub {
    rooms: Rooms,
    last_connection: Arc<std::sync::atomic::AtomicU64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let listener = socket.listen(BACKLOG)?;
    announce(listener.local_addr()?.port());
    let app = Router::new().route("/ws", get(upgrade)).with_state(Hub::default());
    // Without it a small frame waits for the ack of the one before it.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, app).await?;
    Ok(())
}

async fn upgrade(State(hub): State<Hub>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.read_buffer_size(4_096).write_buffer_size(4_096).on_upgrade(move |socket| serve(hub, socket))
}

async fn serve(hub: Hub, socket: WebSocket) {
    let connection = hub.last_connection.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let (sink, mut stream) = socket.split();
    let (queue, frames) = mpsc::channel(QUEUE_FRAMES);
    tokio::spawn(write(sink, frames));
    let mut joined = Vec::new();
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else { continue };
        let Ok(asked) = serde_json::from_str::<Asked>(&text) else { break };
        let Asked { event, id, room, content } = asked;
        if event == "join" {
            lock(&hub.rooms).entry(room.clone()).or_default().push((connection, queue.clone()));
            joined.push(room);
        } else {
            let is_typing = event == "typing";
            let said = Said { event: &event, room: &room, content: &content };
            let Ok(frame) = serde_json::to_string(&said) else { break };
            publish(&hub.rooms, &room, &frame.into(), is_typing.then_some(connection));
        }
        if let Some(id) = id {
            let ack = json!({ "ack": id, "data": {} }).to_string();
            if queue.send(ack.into()).await.is_err() {
                break;
            }
        }
    }
    leave(&hub.rooms, &joined, connection);
}

async fn write(mut sink: SplitSink<WebSocket, Message>, mut frames: mpsc::Receiver<Utf8Bytes>) {
    while let Some(frame) = frames.recv().await {
        if sink.feed(Message::Text(frame)).await.is_err() {
            return;
        }
        while let Ok(frame) = frames.try_recv() {
            if sink.feed(Message::Text(frame)).await.is_err() {
                return;
            }
        }
        if sink.flush().await.is_err() {
            return;
        }
    }
}

fn publish(rooms: &Rooms, room: &str, frame: &Utf8Bytes, except: Option<u64>) {
    if let Some(members) = lock(rooms).get_mut(room) {
        members.retain(|(connection, queue)| {
            Some(*connection) == except || queue.try_send(frame.clone()).is_ok()
        });
    }
}

fn leave(rooms: &Rooms, joined: &[String], connection: u64) {
    let mut rooms = lock(rooms);
    for room in joined {
        if let Some(members) = rooms.get_mut(room) {
            members.retain(|(member, _)| *member != connection);
            if members.is_empty() {
                rooms.remove(room);
            }
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
