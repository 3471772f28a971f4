//! The simulator: a port of loopback, one task per connection, and what a test may do to them.

use serde_json::Value;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use super::connection::Order;
use super::door;
use super::log::{ConnectionLog, Records};
use super::scenario::Scenario;
use super::usage::Usage;

/// What connections are served from.
pub(super) struct Stage {
    pub(super) records: Arc<Records>,
    pub(super) required_key: Mutex<Option<String>>,
    pub(super) tones: Arc<AtomicU32>,
    casting: Mutex<Casting>,
    orders: Mutex<Vec<(usize, mpsc::Sender<Order>)>>,
    started: Instant,
}

/// The scenario for connections to come, and how many it has served.
struct Casting {
    scenario: Arc<Scenario>,
    connection_count: usize,
    refusal_count: usize,
}

impl Stage {
    pub(super) fn elapsed_ms(&self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.started);
        u64::try_from(elapsed.as_millis()).expect("a simulator is not millions of years old")
    }

    /// The status of the next refusal, where one is due.
    pub(super) fn take_upgrade_refusal(&self) -> Option<u16> {
        let mut casting = self.casting.lock().expect("nothing panics while it holds the casting");
        let (status, count) = casting.scenario.faults.refuse_upgrade?;
        if casting.refusal_count >= count {
            return None;
        }
        casting.refusal_count += 1;
        Some(status)
    }

    /// The scenario of the next connection, and whether it has the faults.
    pub(super) fn cast(&self) -> (Arc<Scenario>, bool) {
        let mut casting = self.casting.lock().expect("nothing panics while it holds the casting");
        let number = casting.connection_count;
        casting.connection_count += 1;
        let is_faulty = casting.scenario.faulty_connections.is_none_or(|count| number < count);
        (Arc::clone(&casting.scenario), is_faulty)
    }

    /// The scenario of connections to come.
    pub(super) fn scenario(&self) -> Arc<Scenario> {
        let casting = self.casting.lock().expect("nothing panics while it holds the casting");
        Arc::clone(&casting.scenario)
    }

    /// Lets a connection be ordered about.
    pub(super) fn enlist(&self, index: usize, orders: mpsc::Sender<Order>) {
        let mut all = self.orders.lock().expect("nothing panics while it holds the orders");
        all.retain(|(_, one)| !one.is_closed());
        all.push((index, orders));
    }

    pub(super) fn violations(&self) -> Vec<String> {
        self.records.read(|logs| {
            let all = logs.iter().flat_map(|log| log.violations.iter().map(move |one| (log.index, one)));
            all.map(|(index, violation)| format!("connection {index}: {violation}")).collect()
        })
    }

    pub(super) fn usage(&self) -> Usage {
        self.records.read(|logs| {
            let mut usage = Usage::default();
            for log in logs {
                usage += log.usage;
            }
            usage
        })
    }

    fn order(&self, index: Option<usize>, order: &Order) {
        let all = self.orders.lock().expect("nothing panics while it holds the orders");
        for (_, orders) in all.iter().filter(|(one, _)| index.is_none_or(|index| index == *one)) {
            // A connection that has ended takes no orders; one that has 64 unread has ended in all but name.
            let _ended = orders.try_send(order.clone());
        }
    }
}

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
        let casting = Casting { scenario: Arc::new(scenario), connection_count: 0, refusal_count: 0 };
        let stage = Arc::new(Stage {
            records: Records::new(),
            required_key: Mutex::new(None),
            tones: Arc::default(),
            casting: Mutex::new(casting),
            orders: Mutex::default(),
            started: Instant::now(),
        });
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
        let mut casting = self.stage.casting.lock().expect("nothing panics while it holds the casting");
        *casting = Casting { scenario: Arc::new(scenario), connection_count: 0, refusal_count: 0 };
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
