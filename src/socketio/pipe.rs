//! State of one client's transport below the Socket.IO library.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::task::Waker;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The transport of one Engine.IO session; it outlives an upgrade from polling to WebSocket.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    is_held: AtomicBool,
    reader: Mutex<Option<Waker>>,
    released: Notify,
    queued_bytes: AtomicU64,
    taken_bytes: AtomicU64,
    progress: Notify,
    cut: CancellationToken,
    has_polled: AtomicBool,
    /// Takes the session out of the list it stands in, when it ends.
    forgets: OnceLock<Forget>,
}

/// What is done when a session ends.
struct Forget(Box<dyn Fn() + Send + Sync>);

impl std::fmt::Debug for Forget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Forget")
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        if let Some(Forget(forget)) = self.forgets.get() {
            forget();
        }
    }
}

impl Pipe {
    /// Has this done when the session ends; only the first one counts.
    pub(super) fn at_end(&self, forget: impl Fn() + Send + Sync + 'static) {
        // Each session appears once in the list.
        let _first_counts = self.forgets.set(Forget(Box::new(forget)));
    }

    /// True the first time it is asked.
    pub(super) fn is_first_poll(&self) -> bool {
        !self.has_polled.swap(true, Ordering::Relaxed)
    }

    /// Reads no more from the client for now.
    pub(super) fn hold(&self) {
        self.is_held.store(true, Ordering::SeqCst);
    }

    /// Reads on.
    pub(super) fn release(&self) {
        if self.is_held.swap(false, Ordering::SeqCst) {
            self.wake_reader();
            self.released.notify_waiters();
        }
    }

    /// Has the stream look again whether there is something to read.
    pub(super) fn wake_reader(&self) {
        let waker = self.reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether reading must wait; then `waker` is woken on release and on a cut.
    pub(super) fn must_wait(&self, waker: &Waker) -> bool {
        if !self.is_held.load(Ordering::SeqCst) || self.is_cut() {
            return false;
        }
        *self.reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(waker.clone());
        // Check again: a release may have happened before the waker was registered.
        self.is_held.load(Ordering::SeqCst) && !self.is_cut()
    }

    /// Has `waker` woken on a cut.
    pub(super) fn watch_for_cut(&self, waker: &Waker) {
        let mut reader = self.reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !reader.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *reader = Some(waker.clone());
        }
    }

    /// Waits until the client is read from.
    pub(super) async fn released(&self) {
        loop {
            let released = self.released.notified();
            if !self.is_held.load(Ordering::SeqCst) || self.is_cut() {
                return;
            }
            released.await;
        }
    }

    /// Notes that so many bytes were handed to the library.
    pub(super) fn queued(&self, byte_count: usize) {
        self.queued_bytes.fetch_add(byte_count as u64, Ordering::Relaxed);
    }

    /// Takes [`Pipe::queued`] back.
    pub(super) fn not_queued(&self, byte_count: usize) {
        self.queued_bytes.fetch_sub(byte_count as u64, Ordering::Relaxed);
    }

    /// Notes that the operating system took so many bytes. What was not counted as queued (pings, the
    /// handshake) does not count here either.
    pub(super) fn taken(&self, byte_count: usize) {
        let queued = self.queued_bytes.load(Ordering::Relaxed);
        let add = |taken: u64| Some((taken + byte_count as u64).min(queued));
        let _always_some = self.taken_bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        self.progress.notify_waiters();
    }

    /// Notes that a poll took everything.
    pub(super) fn taken_all(&self) {
        self.taken_bytes.fetch_max(self.queued_bytes.load(Ordering::Relaxed), Ordering::Relaxed);
        self.progress.notify_waiters();
    }

    /// Bytes that the library holds.
    pub(super) fn unsent_bytes(&self) -> u64 {
        self.queued_bytes.load(Ordering::Relaxed).saturating_sub(self.taken_bytes.load(Ordering::Relaxed))
    }

    /// Waits for the next progress. Created before the state is looked at, it misses nothing.
    pub(super) fn progress(&self) -> impl Future<Output = ()> + '_ {
        self.progress.notified()
    }

    /// Ends the transport without a goodbye, so that a stock client reconnects by itself.
    pub(super) fn cut(&self) {
        self.cut.cancel();
        self.released.notify_waiters();
        self.progress.notify_waiters();
        self.wake_reader();
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut.is_cancelled()
    }

    /// Waits until the transport is cut.
    pub(super) async fn cut_off(&self) {
        self.cut.cancelled().await;
    }
}
