//! The thread of the provider's end: lets connections in and gives each its turn.

use std::cell::RefCell;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use tokio::task::JoinHandle;

use super::answer::Manner;
use super::connection::{Connection, House};
use super::findings::{Findings, Stamps};
use crate::voice::crowd::on_a_thread;
use crate::voice::line::Line;
use crate::voice::marks::Clock;
use crate::voice::metronome::Metronome;

type Connections = Rc<RefCell<Vec<Rc<Connection>>>>;

/// The provider's end of calls.
pub(in crate::voice) struct FarEnd {
    pub(in crate::voice) port: u16,
    pub(in crate::voice) stamps: Arc<Stamps>,
    is_over: Arc<AtomicBool>,
    running: JoinHandle<anyhow::Result<Findings>>,
}

impl FarEnd {
    /// Starts on a free port. Calls are numbered from 0; those from `first_direct` on come without the hub.
    pub(in crate::voice) fn start(
        manner: Manner,
        clock: Clock,
        first_direct: u32,
        call_count: u32,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let stamps = Arc::new(Stamps::new(call_count));
        let is_over = Arc::new(AtomicBool::new(false));
        let (theirs, over) = (stamps.clone(), is_over.clone());
        let running = tokio::spawn(on_a_thread(move || {
            let house = House {
                clock,
                manner,
                stamps: theirs,
                first_direct,
                calls: RefCell::default(),
                findings: RefCell::default(),
            };
            serve(listener, Rc::new(house), over)
        }));
        Ok(Self { port, stamps, is_over, running })
    }

    /// The base URL that a provider is configured with.
    pub(in crate::voice) fn v1_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// Ends, and says what was seen.
    pub(in crate::voice) async fn end(self) -> anyhow::Result<Findings> {
        self.is_over.store(true, Ordering::Release);
        self.running.await.context("the provider's end has panicked")?
    }
}

async fn serve(
    listener: TcpListener,
    house: Rc<House>,
    is_over: Arc<AtomicBool>,
) -> anyhow::Result<Findings> {
    let connections = Connections::default();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let accepting = tokio::task::spawn_local(accept(listener, house.clone(), connections.clone()));
    let mut metronome = Metronome::start();
    while !is_over.load(Ordering::Acquire) && !accepting.is_finished() {
        let group = metronome.beat().await;
        group.tick(&connections.borrow())?;
    }
    if accepting.is_finished() {
        accepting.await.context("the door has panicked")??;
    }
    let mut findings = house.findings.take();
    findings.unanswered_ns = house.calls.borrow().values().filter_map(|call| call.cut_ns).collect();
    Ok(findings)
}

async fn accept(
    listener: tokio::net::TcpListener,
    house: Rc<House>,
    connections: Connections,
) -> anyhow::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let (house, connections) = (house.clone(), connections.clone());
        tokio::task::spawn_local(async move {
            let opened = Line::accept(stream).await;
            let number = connections.borrow().len();
            match opened.and_then(|line| Connection::begin(number, house.clone(), line)) {
                Ok(connection) => {
                    house.findings.borrow_mut().connections += 1;
                    connections.borrow_mut().push(connection);
                }
                Err(error) => house.findings.borrow_mut().accuse(format!("no connection: {error:#}")),
            }
        });
    }
}
