//! Writers and readers that go on whatever happens to the servers behind a port, and what they must have seen in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::checker::Log;
use super::{Agent, Client, Received, Site, Visitor, within};

/// Writers of some rooms, with two readers each.
pub struct Crowd {
    progress: Arc<Progress>,
    writers: Vec<JoinHandle<BTreeMap<String, String>>>,
    readers: Vec<JoinHandle<Log>>,
}

impl Crowd {
    /// Lets visitors write in so many rooms, and an agent read along, over a port.
    pub async fn begin(site: &Site, agent: &Agent, port: u16, rooms: usize) -> Self {
        let mut crowd = Self { progress: Arc::default(), writers: Vec::new(), readers: Vec::new() };
        for _ in 0..rooms {
            let visitor = site.visitor().await;
            for token in [&visitor.token, &agent.token] {
                let (session_id, progress) = (visitor.session_id().to_owned(), crowd.progress.clone());
                crowd.readers.push(tokio::spawn(read(port, token.clone(), session_id, progress)));
            }
            crowd.writers.push(tokio::spawn(write(port, visitor, crowd.progress.clone())));
        }
        crowd
    }

    /// Waits until so many more messages are acked: the servers work again.
    pub async fn more(&self, count: usize) {
        self.progress.more(count).await;
    }

    /// Lets the writers end; gives what was acked, for [`Crowd::check`].
    pub async fn stop_writing(&mut self) -> Vec<BTreeMap<String, String>> {
        self.progress.is_over.store(true, Ordering::SeqCst);
        let mut acked = Vec::new();
        for writer in self.writers.drain(..) {
            acked.push(within("a writer ends", writer).await.expect("no writer fails"));
        }
        self.progress.is_written.store(true, Ordering::SeqCst);
        acked
    }

    /// What was acked is there, once, in one order for every reader. Readers that only listen have to lose their connections
    /// once more before this: they look again then, and see the end. Gives how many were acked.
    pub async fn check(self, acked: &[BTreeMap<String, String>]) -> usize {
        let mut logs = Vec::new();
        for reader in self.readers {
            logs.push(within("a reader ends", reader).await.expect("no reader fails"));
        }
        for (room, acked) in acked.iter().enumerate() {
            let (visitors, agents) = (&logs[room * 2], &logs[room * 2 + 1]);
            assert_eq!(visitors.ids(), agents.ids(), "one order for every reader of room {room}");
            let contents = visitors.contents();
            let unique: BTreeSet<_> = contents.iter().collect();
            assert_eq!(unique.len(), contents.len(), "nothing twice in room {room}");
            let ids = visitors.ids();
            for (own, id) in acked {
                let at = ids.iter().position(|one| one == id);
                assert_eq!(at.map(|at| contents[at].as_str()), Some(own.as_str()), "acked {own} is there");
            }
        }
        acked.iter().map(BTreeMap::len).sum()
    }
}

#[derive(Default)]
struct Progress {
    acked: AtomicUsize,
    some: Notify,
    is_over: AtomicBool,
    /// Every writer has its last ack: only now may a reader believe that it has seen everything.
    is_written: AtomicBool,
}

impl Progress {
    /// Waits until `count` more messages are acked: the server works again.
    async fn more(&self, count: usize) {
        let target = self.acked.load(Ordering::SeqCst) + count;
        loop {
            let some = self.some.notified();
            if self.acked.load(Ordering::SeqCst) >= target {
                return;
            }
            some.await;
        }
    }
}

/// A writer that keeps a message until it is acked, over any number of connections: ids of acked entries by
/// the writer's own ids.
async fn write(port: u16, visitor: Visitor, progress: Arc<Progress>) -> BTreeMap<String, String> {
    let mut acked = BTreeMap::new();
    let mut next = 0;
    let mut unacked: Vec<usize> = Vec::new();
    'connections: while !progress.is_over.load(Ordering::SeqCst) || !unacked.is_empty() {
        let Some(mut client) = reconnect(port, &visitor.token).await else { continue };
        let mut waiting = BTreeMap::new();
        for number in unacked.clone() {
            waiting.insert(client.post("message:send", message(&visitor, number)).await, number);
        }
        loop {
            while waiting.len() < 8 && !progress.is_over.load(Ordering::SeqCst) {
                unacked.push(next);
                waiting.insert(client.post("message:send", message(&visitor, next)).await, next);
                next += 1;
            }
            if waiting.is_empty() {
                continue 'connections;
            }
            match client.receive().await {
                Received::Ack { id, data } => {
                    let number = waiting.remove(&id).expect("an ack that was asked for");
                    let entry = data.expect("no message is refused")["entry"].clone();
                    acked.insert(format!("w{number}"), entry["id"].as_str().expect("an id").to_owned());
                    unacked.retain(|one| *one != number);
                    progress.acked.fetch_add(1, Ordering::SeqCst);
                    progress.some.notify_waiters();
                }
                Received::Closed { .. } => continue 'connections,
                Received::Event { .. } => {}
            }
        }
    }
    acked
}

fn message(visitor: &Visitor, number: usize) -> serde_json::Value {
    json!({"session_id": visitor.session_id(), "content": format!("w{number}"), "client_message_id": format!("w{number}")})
}

/// A reader that resumes at its position whenever its connection ends, until it has seen everything.
async fn read(port: u16, token: String, session_id: String, progress: Arc<Progress>) -> Log {
    let mut log = Log::default();
    let mut epoch = serde_json::Value::Null;
    'connections: loop {
        let Some(mut client) = reconnect(port, &token).await else { continue };
        let data = json!({"session_id": session_id, "after": log.position(), "epoch": epoch});
        let join = client.post("join:session", data).await;
        loop {
            match client.receive().await {
                Received::Event { name, data } if name == "session:history" => {
                    epoch = data["epoch"].clone();
                    assert_eq!(data["recovered"], true, "no position is lost: {}", data["last_seq"]);
                    log.take_history(&data);
                    let is_all =
                        data["final"] == true && log.position() == data["last_seq"].as_u64().expect("a seq");
                    if is_all && progress.is_written.load(Ordering::SeqCst) {
                        return log;
                    }
                }
                Received::Event { name, data } if name == "message:new" => log.take(&data),
                Received::Ack { id, data } if id == join => {
                    data.expect("a join");
                    if progress.is_written.load(Ordering::SeqCst) {
                        continue 'connections;
                    }
                }
                Received::Closed { .. } => continue 'connections,
                _ => {}
            }
        }
    }
}

/// A new connection; `None` while nobody listens.
async fn reconnect(port: u16, token: &str) -> Option<Client> {
    let Ok(mut client) = Client::try_open(port, None).await else {
        // Nobody listens while the server starts again; there is no event to wait for.
        tokio::time::sleep(Duration::from_millis(20)).await;
        return None;
    };
    let id = client.post("hello", json!({ "token": token })).await;
    loop {
        match client.receive().await {
            Received::Ack { id: ack, data } if ack == id => return data.ok().map(|_| client),
            Received::Closed { .. } => return None,
            _ => {}
        }
    }
}
