//! The simulator: a port of loopback, one task per connection, and what a test may do to them.

use serde_json::Value;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::connection::Order;
use super::door;
use super::log::ConnectionLog;
use super::scenario::Scenario;
use super::stage::Stage;
use super::usage::Usage;

/// A scripted realtime provider. It ends, with all its connections, when it is dropped.
pub struct RealtimeSim {
    address: SocketAddr,
    stage: Arc<Stage>,
    serving: JoinHandle<()>,
}

impl fmt::Debug for RealtimeSim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RealtimeSim({})", self.address)
    }
}

impl RealtimeSim {
    /// Starts on a free port of loopback.
    pub async fn start(scenario: Scenario) -> Self {
        Self::listen((Ipv4Addr::LOCALHOST, 0).into(), scenario).await.expect("loopback has a free port")
    }

    /// Starts on this address.
    pub async fn listen(address: SocketAddr, scenario: Scenario) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let stage = Arc::new(Stage::new(scenario));
        let serving = tokio::spawn(accept(listener, Arc::clone(&stage)));
        Ok(Self { address, stage, serving })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL that a provider is configured with.
    pub fn v1_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// From now on, upgrades without this key are answered 401.
    pub fn require_key(&self, key: &str) {
        let mut required = self.stage.required_key.lock().expect("nothing panics while it holds the key");
        *required = Some(key.to_owned());
    }

    /// What connections to come get. Those that are open keep theirs.
    pub fn set_scenario(&self, scenario: Scenario) {
        self.stage.set_scenario(scenario);
    }

    /// Everything about every connection so far.
    pub fn connections(&self) -> Vec<ConnectionLog> {
        self.stage.records.all()
    }

    /// What `read` makes of the logs, without copying them.
    pub fn read<T>(&self, read: impl FnOnce(&[ConnectionLog]) -> T) -> T {
        self.stage.records.read(read)
    }

    /// Waits until the logs are as wanted.
    pub async fn wait_until(&self, is_wanted: impl FnMut(&[ConnectionLog]) -> bool) {
        self.stage.records.wait_until(is_wanted).await;
    }

    /// Rules of the protocol that clients broke, over all connections.
    pub fn violations(&self) -> Vec<String> {
        self.stage.violations()
    }

    /// What was reported as used, over all connections.
    pub fn usage(&self) -> Usage {
        self.stage.usage()
    }

    /// How long full-duplex sessions were used, in milliseconds, over all connections.
    pub fn live_ms(&self) -> u64 {
        self.stage.records.read(|logs| logs.iter().map(|log| log.live_ms).sum())
    }

    /// How many items have sounded in tones; the next one's number, modulo the scenario's `tone_items`.
    pub fn tone_count(&self) -> u32 {
        self.stage.tones.load(Ordering::Relaxed)
    }

    /// Resets every connection now.
    pub fn drop_all(&self) {
        self.stage.order(None, &Order::Drop);
    }

    /// Closes every connection now.
    pub fn close_all(&self, code: u16, reason: &str) {
        self.stage.order(None, &Order::Close { code, reason: reason.to_owned() });
    }

    /// Sends this to every connection now, as it is.
    pub fn send_all(&self, event: &Value) {
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        self.stage.order(None, &Order::Send { kind, text: event.to_string() });
    }

    /// Makes a connection say this, now or after what it says already.
    pub fn say(&self, connection: usize, words: &str) {
        self.stage.order(Some(connection), &Order::Say(words.to_owned()));
    }
}

impl Drop for RealtimeSim {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn accept(listener: TcpListener, stage: Arc<Stage>) {
    let mut connections = JoinSet::new();
    loop {
        // Out of open files: a client's closing makes room.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(stream, Arc::clone(&stage)));
    }
}

async fn serve(stream: TcpStream, stage: Arc<Stage>) {
    // Both sides break connections on purpose here.
    let _broken = door::serve(stream, stage).await;
}
