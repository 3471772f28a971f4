//! Visitors on threads of their own: opened one after another, so that the provider sees them in this order too.

use std::rc::Rc;
use std::sync::Arc;

use anyhow::Context;
use tokio::sync::{Mutex, oneshot};
use tokio::task::LocalSet;

use super::marks::{Clock, FRAME_BYTES};
use super::playout::{Moment, Position};
use super::visitor::{Part, Sound, Visitor};
use crate::server::Server;

/// Runs something on a thread with a runtime of its own.
pub(super) async fn on_a_thread<T, W, F>(work: W) -> anyhow::Result<T>
where
    T: Send + 'static,
    W: FnOnce() -> F + Send + 'static,
    F: Future<Output = anyhow::Result<T>>,
{
    let (done, outcome) = oneshot::channel();
    std::thread::spawn(move || {
        let outcome = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("no runtime")
            .and_then(|runtime| LocalSet::new().block_on(&runtime, work()));
        // Whoever no longer waits has failed already.
        let _gone = done.send(outcome);
    });
    outcome.await.context("a thread of the load tester panicked")?
}

/// How many of `calls` each of `threads` has.
pub(super) fn shares(calls: u32, threads: u32) -> Vec<u32> {
    (0..threads).map(|thread| calls / threads + u32::from(thread < calls % threads)).collect()
}

/// Where calls are begun, in one order for all threads.
#[derive(Clone)]
pub(super) struct Entrance {
    server: Arc<Server>,
    clock: Clock,
    next: Arc<Mutex<u32>>,
}

impl Entrance {
    pub(super) fn new(server: Arc<Server>, clock: Clock) -> Self {
        Self { server, clock, next: Arc::default() }
    }

    /// Begins a call and ends it: what the first one costs once is nobody's.
    pub(super) async fn warm_up(&self) -> anyhow::Result<()> {
        let visitor = self.server.visitor().await?;
        let ticket = self.server.call(&visitor).await?;
        Visitor::join(self.server.port, &ticket, self.clock, Silent).await?.hang_up().await
    }

    /// Begins so many calls; `part` is told the number of each.
    pub(super) async fn open<P: Part + 'static>(
        &self,
        count: u32,
        part: impl Fn(u32) -> P,
    ) -> anyhow::Result<Vec<Rc<Visitor<P>>>> {
        let mut visitors = Vec::new();
        for _ in 0..count {
            let mut next = self.next.lock().await;
            let visitor = self.server.visitor().await?;
            let ticket = self.server.call(&visitor).await?;
            visitors.push(Visitor::join(self.server.port, &ticket, self.clock, part(*next)).await?);
            *next += 1;
        }
        Ok(visitors)
    }
}

/// Says nothing and hears nothing.
struct Silent;

impl Part for Silent {
    fn speak(&mut self, frame: &mut Vec<u8>, _now_ns: u64) -> anyhow::Result<()> {
        frame.resize(frame.len() + FRAME_BYTES, 0);
        Ok(())
    }

    fn hear(&mut self, _sound: &Sound<'_>, _now_ns: u64) -> anyhow::Result<()> {
        anyhow::bail!("nobody has asked for an answer")
    }

    fn notice(&mut self, _moment: Moment) {}

    fn cleared(&mut self, _heard: Option<Position>, _now_ns: u64) {}
}

/// Hangs up for everybody.
pub(super) async fn hang_up<P: Part + 'static>(visitors: &[Rc<Visitor<P>>]) -> anyhow::Result<()> {
    for visitor in visitors {
        visitor.hang_up().await?;
    }
    Ok(())
}
