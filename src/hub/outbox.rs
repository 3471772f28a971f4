//! What one connection has yet to be sent: bounded, in order, shared frames.

use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, MutexGuard};

use tokio::sync::Notify;

use super::outgoing::{AckBody, Closing, Flushed, Outgoing, Transmit};
use crate::config::Settings;
use crate::wire::{CloseCode, Frame};

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

impl OutboxLimits {
    /// As the settings say.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self { max_bytes: settings.outbound_queue_max_bytes, max_frames: settings.outbound_queue_max_frames }
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
    /// Takes what waits at once; until there is one, it waits.
    transport: Option<Box<dyn Transmit>>,
    /// Somebody waits until less is waiting.
    is_awaited: bool,
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
    ending: Notify,
}

impl Outbox {
    /// An empty queue.
    #[must_use]
    pub fn new(limits: OutboxLimits) -> Self {
        Self {
            queue: Mutex::default(),
            limits,
            filled: Notify::new(),
            drained: Notify::new(),
            ending: Notify::new(),
        }
    }

    /// From now on `transport` gets what is sent, what waits already first.
    pub fn attach(&self, transport: Box<dyn Transmit>) {
        let mut queue = self.lock();
        if !queue.is_ended {
            queue.transport = Some(transport);
        }
        self.flush_locked(queue);
    }

    /// Sends an event; false when the queue was full and the connection ends.
    pub fn push(&self, frame: Frame) -> bool {
        let Some(queue) = self.with_queued(frame) else { return false };
        self.flush_locked(queue);
        true
    }

    /// Queues an event that [`Outbox::flush`] sends; false when the queue was full and the connection ends.
    pub fn queue(&self, frame: Frame) -> bool {
        self.with_queued(frame).is_some()
    }

    fn with_queued(&self, frame: Frame) -> Option<MutexGuard<'_, Queue>> {
        let mut queue = self.lock();
        if queue.closing.is_some() || queue.is_ended {
            return None;
        }
        let bytes = frame.byte_count();
        if queue.is_full(bytes, self.limits) {
            // What is only queued is no sign of a slow reader. A broken transport is seen by the connection's task.
            let _broken = queue.transmit();
        }
        if queue.is_full(bytes, self.limits) {
            queue.closing = Some(CloseCode::SlowReader.into());
            queue.forget_waiting();
            drop(queue);
            metrics::counter!(crate::telemetry::metrics::SLOW_READERS_CLOSED).increment(1);
            self.wake_all();
            return None;
        }
        queue.counted_bytes += bytes;
        queue.counted_frames += 1;
        queue.waiting.push_back((Outgoing::Event(frame), Weight::Counted(bytes)));
        Some(queue)
    }

    /// Sends what waits as far as the transport takes it now; the task of the connection sends the rest.
    pub fn flush(&self) {
        self.flush_locked(self.lock());
    }

    /// Waits until the task of the connection has something to do: send, or end.
    pub async fn woken(&self) {
        self.filled.notified().await;
    }

    /// As [`Outbox::flush`], for the task of the connection.
    ///
    /// # Errors
    /// When the transport is broken.
    pub fn flush_or_end(&self) -> io::Result<Flushed> {
        let mut queue = self.lock();
        let is_sent = queue.transmit()?;
        let is_ending = queue.is_ended || (queue.closing.is_some() && queue.waiting.is_empty());
        let closing = queue.closing;
        self.release(queue);
        Ok(match (is_sent, is_ending) {
            (_, true) => Flushed::Ending(closing),
            (true, false) => Flushed::Everything,
            (false, false) => Flushed::Blocked,
        })
    }

    fn flush_locked(&self, mut queue: MutexGuard<'_, Queue>) {
        let is_up_to_the_task = !matches!(queue.transmit(), Ok(true));
        self.release(queue);
        if is_up_to_the_task {
            self.filled.notify_one();
        }
    }

    /// Unlocks the queue, and wakes who waits until less is waiting.
    fn release(&self, mut queue: MutexGuard<'_, Queue>) {
        let is_awaited = std::mem::take(&mut queue.is_awaited);
        drop(queue);
        if is_awaited {
            self.drained.notify_waiters();
        }
    }

    /// Queues the answer to an event.
    pub fn push_ack(&self, id: i64, body: AckBody) {
        let mut queue = self.lock();
        if queue.closing.is_some() || queue.is_ended {
            return;
        }
        queue.ack_count += 1;
        queue.waiting.push_back((Outgoing::Ack { id, body }, Weight::Ack));
        self.flush_locked(queue);
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
                    self.flush_locked(queue);
                    return true;
                }
                queue.is_awaited = true;
            }
            drained.await;
        }
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

    /// Why the connection ends, if it does.
    #[must_use]
    pub fn closing(&self) -> Option<Closing> {
        self.lock().closing
    }

    /// Waits until the connection must end at once: what is being written need not be finished.
    pub async fn ends_at_once(&self) {
        loop {
            let ending = self.ending.notified();
            {
                let queue = self.lock();
                let is_closed = queue.closing.is_some_and(|closing| closing.code != CloseCode::Draining);
                if queue.is_ended || is_closed {
                    return;
                }
            }
            ending.await;
        }
    }

    /// Waits until [`Outbox::end`].
    pub async fn ended(&self) {
        loop {
            let ending = self.ending.notified();
            if self.lock().is_ended {
                return;
            }
            ending.await;
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
                let mut queue = self.lock();
                if queue.closing.is_some() || queue.is_ended || queue.has_room(self.limits) {
                    return;
                }
                queue.is_awaited = true;
            }
            drained.await;
        }
    }

    /// The transport is gone: nothing is queued any more and nobody waits.
    pub fn end(&self) {
        let mut queue = self.lock();
        queue.is_ended = true;
        queue.forget_waiting();
        let transport = queue.transport.take();
        drop(queue);
        drop(transport);
        self.wake_all();
    }

    fn wake_all(&self) {
        self.filled.notify_one();
        self.drained.notify_waiters();
        self.ending.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Queue {
    /// Whether a frame of so many bytes finds no room; one is taken alone whatever its size.
    fn is_full(&self, bytes: usize, limits: OutboxLimits) -> bool {
        self.counted_frames + 1 > limits.max_frames
            || (self.counted_frames != 0 && self.counted_bytes + bytes > limits.max_bytes)
    }

    /// Half the bound is kept free for what others send meanwhile.
    fn has_room(&self, limits: OutboxLimits) -> bool {
        self.counted_frames + self.ack_count < limits.max_frames / 2
            && self.counted_bytes < limits.max_bytes / 2
    }

    fn pop(&mut self) -> Option<Outgoing> {
        let (item, weight) = self.waiting.pop_front()?;
        match weight {
            Weight::Counted(count) => {
                self.counted_bytes -= count;
                self.counted_frames -= 1;
            }
            Weight::Paced => self.paced_count = 0,
            Weight::Ack => self.ack_count -= 1,
        }
        Some(item)
    }

    /// Gives the transport what waits; true where it took everything, or there is none.
    fn transmit(&mut self) -> io::Result<bool> {
        let Some(mut transport) = self.transport.take() else { return Ok(true) };
        // Asked also where nothing waits: something may be left of what it took before.
        let taken = transport.transmit(&mut || self.pop());
        self.give_capacity_back();
        self.transport = Some(transport);
        taken
    }

    fn give_capacity_back(&mut self) {
        if self.waiting.is_empty() && self.waiting.capacity() > KEPT_CAPACITY {
            self.waiting = VecDeque::new();
        }
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::wire::WireError;

    const LIMITS: OutboxLimits = OutboxLimits { max_bytes: 1_000, max_frames: 8 };

    fn frame(size: usize) -> Frame {
        Frame::new("message:new", &"x".repeat(size))
    }

    /// Takes everything while it is open.
    #[derive(Debug, Clone, Default)]
    struct Gate {
        is_open: Arc<AtomicBool>,
        taken: Arc<Mutex<Vec<&'static str>>>,
    }

    impl Gate {
        /// A gate before what an outbox sends.
        fn before(outbox: &Outbox, is_open: bool) -> Self {
            let gate = Self::default();
            gate.set_open(is_open);
            outbox.attach(Box::new(gate.clone()));
            gate
        }

        fn set_open(&self, is_open: bool) {
            self.is_open.store(is_open, Ordering::SeqCst);
        }

        fn taken(&self) -> Vec<&'static str> {
            self.taken.lock().unwrap().clone()
        }
    }

    impl Transmit for Gate {
        fn transmit(&mut self, next: &mut dyn FnMut() -> Option<Outgoing>) -> io::Result<bool> {
            if !self.is_open.load(Ordering::SeqCst) {
                return Ok(false);
            }
            while let Some(item) = next() {
                self.taken.lock().unwrap().push(match &item {
                    Outgoing::Event(frame) => frame.event(),
                    Outgoing::Ack { .. } => "ack",
                });
            }
            Ok(true)
        }
    }

    #[tokio::test]
    async fn frames_come_out_in_the_order_they_went_in() {
        let outbox = Outbox::new(LIMITS);
        outbox.push(Frame::new("before", &1));
        let gate = Gate::before(&outbox, true);
        outbox.push(Frame::new("a", &1));
        outbox.queue(Frame::new("queued", &1));
        assert_eq!(gate.taken(), ["before", "a"], "what is only queued waits for a flush");
        outbox.push_ack(7, Err(WireError::internal()));
        assert!(outbox.push_paced(Frame::new("b", &1)).await);

        assert_eq!(gate.taken(), ["before", "a", "queued", "ack", "b"]);
        assert_eq!(outbox.flush_or_end().unwrap(), Flushed::Everything);
    }

    #[tokio::test]
    async fn what_the_transport_does_not_take_is_up_to_the_connections_task() {
        let outbox = Outbox::new(LIMITS);
        let gate = Gate::before(&outbox, false);
        outbox.push(Frame::new("a", &1));

        outbox.woken().await;
        assert_eq!(outbox.flush_or_end().unwrap(), Flushed::Blocked);
        gate.set_open(true);
        assert_eq!(outbox.flush_or_end().unwrap(), Flushed::Everything);
        assert_eq!(gate.taken(), ["a"]);
        outbox.end();
        assert_eq!(outbox.flush_or_end().unwrap(), Flushed::Ending(None));
    }

    #[tokio::test]
    async fn a_full_queue_closes_its_connection_as_a_slow_reader() {
        let outbox = Outbox::new(LIMITS);
        let gate = Gate::before(&outbox, false);
        while outbox.push(frame(10)) {}

        assert_eq!(outbox.flush_or_end().unwrap(), Flushed::Ending(Some(CloseCode::SlowReader.into())));
        gate.set_open(true);
        assert!(!outbox.push(frame(10)));
        assert_eq!(gate.taken(), [""; 0]);
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
        let gate = Gate::before(&outbox, false);
        for id in 0..4 {
            assert!(outbox.has_room());
            outbox.push_ack(id, Err(WireError::internal()));
        }

        assert!(!outbox.has_room());
        let mut waiting = std::pin::pin!(outbox.wait_for_room());
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        gate.set_open(true);
        outbox.flush();
        waiting.await;
        assert!(outbox.has_room());
    }

    #[tokio::test]
    async fn a_history_waits_for_its_part_before() {
        let outbox = Outbox::new(LIMITS);
        let gate = Gate::before(&outbox, false);
        assert!(outbox.push_paced(Frame::new("first", &1)).await);
        let mut second = std::pin::pin!(outbox.push_paced(Frame::new("second", &1)));
        assert!(futures_util::poll!(second.as_mut()).is_pending());

        gate.set_open(true);
        outbox.flush();
        assert!(second.await);
        assert_eq!(gate.taken(), ["first", "second"]);
    }

    #[tokio::test]
    async fn a_drain_sends_what_waits_before_it_closes() {
        let outbox = Outbox::new(LIMITS);
        let gate = Gate::before(&outbox, false);
        outbox.push(frame(10));
        outbox.close(CloseCode::Draining);

        assert_eq!(outbox.flush_or_end().unwrap(), Flushed::Blocked);
        gate.set_open(true);
        assert_eq!(outbox.flush_or_end().unwrap(), Flushed::Ending(Some(CloseCode::Draining.into())));
        assert_eq!(gate.taken(), ["message:new"]);
    }
}
