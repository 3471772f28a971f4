//! The server: one task per connection, on a free port of loopback unless told otherwise.

use super::body::Connection;
use super::record::{Counts, Recorded, Records};
use super::reply::Reply;
use super::route;
use super::script::{Endpoint, Script};
use super::stage::Stage;
use super::stores::{Passage, Stores};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A scripted provider. It ends, with all its connections, when it is dropped.
#[derive(Debug)]
pub struct ChatSim {
    address: SocketAddr,
    stage: Arc<Stage>,
    serving: JoinHandle<()>,
}

impl ChatSim {
    /// Starts on a free port of loopback.
    pub async fn start() -> Self {
        Self::listen((Ipv4Addr::LOCALHOST, 0).into()).await.expect("loopback has a free port")
    }

    /// Starts on this address.
    pub async fn listen(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let stage = Arc::new(Stage {
            records: Records::new(),
            script: Script::new(),
            stores: Stores::default(),
            required_key: OnceLock::new(),
            connection_count: AtomicUsize::new(0),
        });
        let serving = tokio::spawn(accept(listener, Arc::clone(&stage)));
        Ok(Self { address, stage, serving })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for Azure, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL for everybody else.
    pub fn v1_url(&self) -> String {
        format!("{}/v1", self.url())
    }

    /// From now on, requests without this key are answered 401. It can be set once.
    pub fn require_key(&self, key: &str) {
        self.stage.required_key.set(key.to_owned()).expect("the key is set once");
    }

    /// What chat requests get when no scripted reply fits.
    pub fn set_default(&self, reply: Reply) {
        self.stage.script.set_default(reply);
    }

    /// Answers the next chat request that no earlier reply is for.
    pub fn push(&self, reply: Reply) {
        self.push_to(Endpoint::Chat, reply);
    }

    /// Answers the next request to this endpoint that no earlier reply is for.
    pub fn push_to(&self, endpoint: Endpoint, reply: Reply) {
        self.stage.script.add(endpoint, Box::new(|_| true), reply, false);
    }

    /// Answers the next chat request for which `matcher` holds.
    pub fn push_when(&self, matcher: impl Fn(&Recorded) -> bool + Send + Sync + 'static, reply: Reply) {
        self.stage.script.add(Endpoint::Chat, Box::new(matcher), reply, false);
    }

    /// Answers every chat request whose body contains `text`.
    pub fn answer_all(&self, text: &str, reply: Reply) {
        let text = text.to_owned();
        self.stage.script.add(Endpoint::Chat, Box::new(move |one| one.contains(&text)), reply, true);
    }

    /// Makes a vector store that can be searched.
    pub fn add_store(&self, store_id: &str, passages: Vec<Passage>) {
        self.stage.stores.add(store_id, passages);
    }

    /// How many replies still wait for their request.
    pub fn waiting_count(&self) -> usize {
        self.stage.script.waiting_count()
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.stage.records.all()
    }

    /// The latest request.
    pub fn last_request(&self) -> Option<Recorded> {
        self.requests().pop()
    }

    /// How many requests there were and how they ended.
    pub fn counts(&self) -> Counts {
        *self.stage.records.counts().borrow()
    }

    /// How many connections there were.
    pub fn connection_count(&self) -> usize {
        self.stage.connection_count.load(Ordering::Relaxed)
    }

    /// Waits until the counts are as wanted.
    pub async fn wait_until(&self, is_wanted: impl FnMut(&Counts) -> bool) -> Counts {
        let mut counts = self.stage.records.counts();
        *counts.wait_for(is_wanted).await.expect("the counts live as long as the server")
    }

    /// Waits until so many requests have been received.
    pub async fn received(&self, count: usize) {
        self.wait_until(|counts| counts.received >= count).await;
    }

    /// Waits until the client has closed so many requests before their end.
    pub async fn cancelled(&self, count: usize) {
        self.wait_until(|counts| counts.cancelled >= count).await;
    }

    /// Forgets the requests that are over, so that a long run stays small. The counts stay.
    pub fn forget_requests(&self) {
        self.stage.records.clear();
    }
}

impl Drop for ChatSim {
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
        stage.connection_count.fetch_add(1, Ordering::Relaxed);
        connections.spawn(serve(stream, Arc::clone(&stage)));
    }
}

async fn serve(stream: TcpStream, stage: Arc<Stage>) {
    // A connection that is gone already needs no answer.
    let Ok((stream, connection)) = split(stream) else { return };
    let service = service_fn(move |request| route::answer(request, Arc::clone(&stage), connection.clone()));
    // Both sides break connections on purpose here.
    let _broken =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
}

/// Keeps a second handle to the socket, for resetting it.
fn split(stream: TcpStream) -> io::Result<(TcpStream, Connection)> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let handle = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, Connection::new(handle)))
}
