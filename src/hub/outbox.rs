//! What one connection has yet to be sent: bounded, in order, shared frames.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use serde_json::value::RawValue;
use tokio::sync::Notify;

use crate::wire::{CloseCode, Frame, WireError};

/// Queue capacity an idle connection keeps after a burst.
const KEPT_CAPACITY: usize = 16;

/// The bounds of a queue.
#[derive(Debug, Clone, Copy)]
pub struct OutboxLimits {
    /// Bytes of events that may wait.
    pub max_bytes: usize,
    /// Events that may wait.
    pub max_frames: usize,
}

/// The answer to one event: data, or an error.
pub type AckBody = Result<Box<RawValue>, WireError>;

/// Something to send.
#[derive(Debug)]
pub enum Outgoing {
    /// An event.
    Event(Frame),
    /// The answer to the event with this id of the client's.
    Ack {
        /// The client's id.
        id: i64,
        /// What it gets.
        body: AckBody,
    },
}

/// Why and how a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// The code.
    pub code: CloseCode,
    /// When the client may come back, in milliseconds, where that is known.
    pub retry_after_ms: Option<u64>,
}

impl From<CloseCode> for Closing {
    fn from(code: CloseCode) -> Self {
        Self { code, retry_after_ms: None }
    }
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<(Outgoing, Weight)>,
    counted_bytes: usize,
    counted_frames: usize,
    paced_count: usize,
    ack_count: usize,
    closing: Option<Closing>,
    is_ended: bool,
}

/// What an item counts towards.
#[derive(Debug, Clone, Copy)]
enum Weight {
    /// A broadcast of so many bytes: counts towards the bound.
    Counted(usize),
    /// A part of a history: sent at the reader's pace, one at a time.
    Paced,
    /// An ack: bounded by not reading further events.
    Ack,
}

/// The outbound queue of one connection.
///
/// Broadcasts never wait: when the queue is full the connection is closed as a slow reader and resumes
/// later, exactly. Acks and history are not counted; they are bounded because the connection's own events
/// are read more slowly while much is waiting ([`Outbox::has_room`]).
#[derive(Debug)]
pub struct Outbox {
    queue: Mutex<Queue>,
    limits: OutboxLimits,
    filled: Notify,
    drained: Notify,
}

impl Outbox {
    /// An empty queue.
    #[must_use]
    pub fn new(limits: OutboxLimits) -> Self {
        Self { queue: Mutex::default(), limits, filled: Notify::new(), drained: Notify::new() }
    }

    /// Queues an event; false when the queue was full and the connection ends.
    pub fn push(&self, frame: Frame) -> bool {
        let mut queue = self.lock();
        if queue.closing.is_some() || queue.is_ended {
            return false;
        }
        let bytes = frame.byte_count();
        let is_full = queue.counted_frames + 1 > self.limits.max_frames
            || (queue.counted_frames != 0 && queue.counted_bytes + bytes > self.limits.max_bytes);
        if is_full {
            queue.closing = Some(CloseCode::SlowReader.into());
            queue.forget_waiting();
            drop(queue);
            metrics::counter!(crate::telemetry::metrics::SLOW_READERS_CLOSED).increment(1);
            self.wake_all();
            return false;
        }
        queue.counted_bytes += bytes;
        queue.counted_frames += 1;
        queue.waiting.push_back((Outgoing::Event(frame), Weight::Counted(bytes)));
        drop(queue);
        self.filled.notify_one();
        true
    }

    /// Queues the answer to an event.
    pub fn push_ack(&self, id: i64, body: AckBody) {
        let mut queue = self.lock();
        if queue.closing.is_some() || queue.is_ended {
            return;
        }
        queue.ack_count += 1;
        queue.waiting.push_back((Outgoing::Ack { id, body }, Weight::Ack));
        drop(queue);
        self.filled.notify_one();
    }

    /// Queues a part of a history once the part before it is on its way; false when the connection ends.
    pub async fn push_paced(&self, frame: Frame) -> bool {
        loop {
            let drained = self.drained.notified();
            {
                let mut queue = self.lock();
                if queue.closing.is_some() || queue.is_ended {
                    return false;
                }
                if queue.paced_count == 0 {
                    queue.paced_count = 1;
                    queue.waiting.push_back((Outgoing::Event(frame), Weight::Paced));
                    break;
                }
            }
            drained.await;
        }
        self.filled.notify_one();
        true
    }

    /// Ends the connection. What waits is still sent first, unless the reader is too slow or has lost access.
    pub fn close(&self, closing: impl Into<Closing>) {
        let closing = closing.into();
        let mut queue = self.lock();
        if queue.closing.is_some() {
            return;
        }
        queue.closing = Some(closing);
        if !matches!(closing.code, CloseCode::Draining | CloseCode::Replaced | CloseCode::TooManyEvents) {
            queue.forget_waiting();
        }
        drop(queue);
        self.wake_all();
    }

    /// Takes what waits into `batch`, at most about `max_bytes`; waits while there is nothing.
    ///
    /// # Errors
    /// Why the connection ends, once everything to be sent before that is taken; nothing where the transport
    /// is gone already.
    pub async fn take(&self, batch: &mut Vec<Outgoing>, max_bytes: usize) -> Result<(), Option<Closing>> {
        loop {
            let filled = self.filled.notified();
            {
                let mut queue = self.lock();
                if queue.take_into(batch, max_bytes) {
                    drop(queue);
                    self.drained.notify_waiters();
                    return Ok(());
                }
                if queue.closing.is_some() || queue.is_ended {
                    return Err(queue.closing);
                }
            }
            filled.await;
        }
    }

    /// Why the connection ends, if it does.
    #[must_use]
    pub fn closing(&self) -> Option<Closing> {
        self.lock().closing
    }

    /// Waits until the connection must end at once: what is being written need not be finished.
    pub async fn ends_at_once(&self) {
        loop {
            let drained = self.drained.notified();
            {
                let queue = self.lock();
                let is_closed = queue.closing.is_some_and(|closing| closing.code != CloseCode::Draining);
                if queue.is_ended || is_closed {
                    return;
                }
            }
            drained.await;
        }
    }

    /// Waits until [`Outbox::end`].
    pub async fn ended(&self) {
        loop {
            let drained = self.drained.notified();
            if self.lock().is_ended {
                return;
            }
            drained.await;
        }
    }

    /// Whether so little waits that another event of this connection may be handled.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.lock().has_room(self.limits)
    }

    /// Waits until [`Outbox::has_room`], or until the connection ends.
    pub async fn wait_for_room(&self) {
        loop {
            let drained = self.drained.notified();
            {
                let queue = self.lock();
                if queue.closing.is_some() || queue.is_ended || queue.has_room(self.limits) {
                    return;
                }
            }
            drained.await;
        }
    }

    /// The transport is gone: nothing is queued any more and nobody waits.
    pub fn end(&self) {
        let mut queue = self.lock();
        queue.is_ended = true;
        queue.forget_waiting();
        drop(queue);
        self.wake_all();
    }

    fn wake_all(&self) {
        self.filled.notify_one();
        self.drained.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Queue {
    /// Half the bound is kept free for what others send meanwhile.
    fn has_room(&self, limits: OutboxLimits) -> bool {
        self.counted_frames + self.ack_count < limits.max_frames / 2
            && self.counted_bytes < limits.max_bytes / 2
    }

    fn take_into(&mut self, batch: &mut Vec<Outgoing>, max_bytes: usize) -> bool {
        let mut bytes = 0;
        while let Some((item, weight)) = self.waiting.pop_front() {
            match weight {
                Weight::Counted(count) => {
                    self.counted_bytes -= count;
                    self.counted_frames -= 1;
                    bytes += count;
                }
                Weight::Paced => {
                    self.paced_count = 0;
                    bytes += max_bytes;
                }
                Weight::Ack => {
                    self.ack_count -= 1;
                    bytes += 256;
                }
            }
            batch.push(item);
            if bytes >= max_bytes {
                break;
            }
        }
        if self.waiting.is_empty() && self.waiting.capacity() > KEPT_CAPACITY {
            self.waiting = VecDeque::new();
        }
        !batch.is_empty()
    }

    fn forget_waiting(&mut self) {
        self.waiting = VecDeque::new();
        self.counted_bytes = 0;
        self.counted_frames = 0;
        self.paced_count = 0;
        self.ack_count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: OutboxLimits = OutboxLimits { max_bytes: 1_000, max_frames: 8 };

    fn frame(size: usize) -> Frame {
        Frame::new("message:new", &"x".repeat(size))
    }

    #[tokio::test]
    async fn frames_come_out_in_the_order_they_went_in() {
        let outbox = Outbox::new(LIMITS);
        outbox.push(Frame::new("a", &1));
        outbox.push_ack(7, Err(WireError::internal()));
        assert!(outbox.push_paced(Frame::new("b", &1)).await);
        let mut batch = Vec::new();

        outbox.take(&mut batch, 10_000).await.unwrap();

        let kinds: Vec<_> = batch
            .iter()
            .map(|item| match item {
                Outgoing::Event(frame) => frame.event(),
                Outgoing::Ack { .. } => "ack",
            })
            .collect();
        assert_eq!(kinds, ["a", "ack", "b"]);
    }

    #[tokio::test]
    async fn a_full_queue_closes_its_connection_as_a_slow_reader() {
        let outbox = Outbox::new(LIMITS);
        while outbox.push(frame(10)) {}
        let mut batch = Vec::new();

        let closing = outbox.take(&mut batch, 10_000).await.unwrap_err();

        assert_eq!(closing, Some(CloseCode::SlowReader.into()));
        assert!(batch.is_empty());
        assert!(!outbox.push(frame(10)));
    }

    #[tokio::test]
    async fn one_frame_over_the_byte_bound_is_still_sent_alone() {
        let outbox = Outbox::new(LIMITS);

        assert!(outbox.push(frame(5_000)));
        assert!(!outbox.push(frame(10)), "but nothing beside it");
    }

    #[tokio::test]
    async fn a_reader_is_paced_when_half_the_bound_is_waiting() {
        let outbox = Outbox::new(LIMITS);
        for id in 0..4 {
            assert!(outbox.has_room());
            outbox.push_ack(id, Err(WireError::internal()));
        }

        assert!(!outbox.has_room());
        let mut batch = Vec::new();
        outbox.take(&mut batch, 10_000).await.unwrap();
        assert!(outbox.has_room());
    }

    #[tokio::test]
    async fn a_drain_sends_what_waits_before_it_closes() {
        let outbox = Outbox::new(LIMITS);
        outbox.push(frame(10));
        outbox.close(CloseCode::Draining);
        let mut batch = Vec::new();

        outbox.take(&mut batch, 10_000).await.unwrap();

        assert_eq!(batch.len(), 1);
        batch.clear();
        assert_eq!(outbox.take(&mut batch, 1).await.unwrap_err(), Some(CloseCode::Draining.into()));
    }
}
