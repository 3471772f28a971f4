//! The queue of one socket's events to the hub.
//!
//! The library hands events over without waiting. Its reader is held back while too many wait, so that what
//! waits is bounded by what one read of the transport, or one posted body, can hold beyond that.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use super::pipe::Pipe;
use crate::hub::{EventSource, Incoming};

/// Queued events at which reading from the client pauses.
const HOLD_AT: usize = 256;
/// Queued events at which reading resumes.
const RELEASE_AT: usize = 64;

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Incoming>,
    is_ended: bool,
}

/// The inbox of one socket.
#[derive(Debug)]
pub(super) struct Inbox {
    waiting: Mutex<Waiting>,
    filled: Notify,
    pipe: Arc<Pipe>,
}

impl Inbox {
    pub(super) fn new(pipe: Arc<Pipe>) -> Arc<Self> {
        Arc::new(Self { waiting: Mutex::default(), filled: Notify::new(), pipe })
    }

    /// Takes an event in; called in the order in which they arrived.
    pub(super) fn push(&self, event: Incoming) {
        let mut waiting = self.lock();
        if waiting.is_ended {
            return;
        }
        waiting.events.push_back(event);
        let must_hold = waiting.events.len() >= HOLD_AT;
        drop(waiting);
        if must_hold {
            self.pipe.hold();
        }
        self.filled.notify_one();
    }

    /// The transport has ended; what waits is still handled.
    pub(super) fn end(&self) {
        self.lock().is_ended = true;
        self.filled.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The hub's end of an inbox.
pub(super) struct InboxSource(pub(super) Arc<Inbox>);

impl EventSource for InboxSource {
    async fn next(&mut self) -> Option<Incoming> {
        loop {
            let filled = self.0.filled.notified();
            {
                let mut waiting = self.0.lock();
                if let Some(event) = waiting.events.pop_front() {
                    let may_release = waiting.events.len() <= RELEASE_AT;
                    drop(waiting);
                    if may_release {
                        self.0.pipe.release();
                    }
                    return Some(event);
                }
                if waiting.is_ended {
                    return None;
                }
            }
            filled.await;
        }
    }
}
