//! The sending half of a WebSocket: encodes messages as frames (RFC 6455 section 5.2) and writes them at once where
//! the system takes them.

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::frames::{Opcode, put_close, put_frame, put_item};
use crate::clock;
use crate::handshake::SocketWriter;
use crate::hub::{Closing, Outgoing, Transmit};

/// Bytes encoded before they are written.
const WRITE_MAX_BYTES: usize = 64 * 1_024;
/// Capacity that is kept of a thread's buffer for encoding.
const KEPT_BYTES: usize = 256 * 1_024;

thread_local! {
    /// Where frames are encoded before they are written: nothing is left in it between two writes.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes frames to one client; cloning shares it.
#[derive(Debug, Clone)]
pub(super) struct FrameSink {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    socket: SocketWriter,
    state: Mutex<State>,
    blocked: Notify,
}

#[derive(Debug)]
struct State {
    /// What the system has not taken yet; while there is any, nothing further is encoded but control frames.
    unsent: Vec<u8>,
    /// When an event or ack was last encoded: pages see no control frames.
    sent_at: Instant,
    /// A close frame is the last one (RFC 6455 section 5.5.1).
    is_closed: bool,
    is_broken: bool,
    /// Who wants to write a control frame once everything is out.
    waiting: Option<Waker>,
}

impl FrameSink {
    pub(super) fn new(socket: SocketWriter) -> Self {
        let state = State {
            unsent: Vec::new(),
            sent_at: clock::instant(),
            is_closed: false,
            is_broken: false,
            waiting: None,
        };
        Self { shared: Arc::new(Shared { socket, state: Mutex::new(state), blocked: Notify::new() }) }
    }

    /// When an event or ack was last sent.
    pub(super) fn sent_at(&self) -> Instant {
        self.lock().sent_at
    }

    /// Writes one frame; what the system does not take now is kept and goes first.
    ///
    /// # Errors
    /// When the connection is broken.
    pub(super) fn send(&self, opcode: Opcode, payload: &[u8]) -> io::Result<()> {
        self.put_into(&mut self.lock(), |out| put_frame(out, opcode, payload))
    }

    /// Writes one event or ack.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) fn send_item(&self, item: &Outgoing) -> io::Result<()> {
        let mut state = self.lock();
        state.sent_at = clock::instant();
        self.put_into(&mut state, |out| put_item(out, item))
    }

    /// Writes the close frame, after which nothing is written any more.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) fn send_close(&self, closing: Closing) -> io::Result<()> {
        let mut state = self.lock();
        let sent = self.put_into(&mut state, |out| put_close(out, closing));
        state.is_closed = true;
        sent
    }

    fn put_into(&self, state: &mut State, encode: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        if state.is_closed {
            return Ok(());
        }
        if !state.unsent.is_empty() {
            encode(&mut state.unsent);
            return Ok(());
        }
        with_scratch(|scratch| {
            encode(scratch);
            self.write(state, scratch)
        })
        .map(|_| ())
    }

    /// Writes frames that the codec has encoded itself: pongs, and the answer to a close.
    pub(super) fn poll_write_control(
        &self,
        context: &mut Context<'_>,
        frames: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        if state.is_closed {
            return Poll::Ready(Ok(frames.len()));
        }
        if !state.unsent.is_empty() {
            // Whoever pings and does not read gets no heap of pongs.
            state.waiting = Some(context.waker().clone());
            return Poll::Pending;
        }
        state.is_closed = holds_close(frames);
        Poll::Ready(self.write(&mut state, frames).map(|_| frames.len()))
    }

    /// Waits until something is left unsent.
    pub(super) async fn blocked(&self) {
        self.shared.blocked.notified().await;
    }

    /// Waits until everything is written. Nothing is lost where the future is dropped.
    ///
    /// # Errors
    /// When the connection is broken, or the client reads nothing.
    pub(super) async fn drain(&self) -> io::Result<()> {
        loop {
            if self.write_unsent()? {
                return Ok(());
            }
            self.shared.socket.writable().await?;
        }
    }

    /// True once nothing is unsent.
    fn write_unsent(&self) -> io::Result<bool> {
        let mut state = self.lock();
        let mut sent = 0;
        while sent < state.unsent.len() {
            let count = self.shared.socket.try_write(&state.unsent[sent..])?;
            if count == 0 {
                break;
            }
            sent += count;
        }
        if sent < state.unsent.len() {
            state.unsent.drain(..sent);
            return Ok(false);
        }
        state.unsent = Vec::new();
        if let Some(waiting) = state.waiting.take() {
            waiting.wake();
        }
        Ok(true)
    }

    /// Writes `bytes` where nothing is unsent before them; false where a part of them is left.
    fn write(&self, state: &mut State, bytes: &[u8]) -> io::Result<bool> {
        let written = self.shared.socket.try_write(bytes);
        state.is_broken |= written.is_err();
        let count = written?;
        if count == bytes.len() {
            return Ok(true);
        }
        state.unsent.extend_from_slice(&bytes[count..]);
        self.shared.blocked.notify_one();
        Ok(false)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transmit for FrameSink {
    fn transmit(&mut self, next: &mut dyn FnMut() -> Option<Outgoing>) -> io::Result<bool> {
        let mut state = self.lock();
        if state.is_broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if !state.unsent.is_empty() {
            return Ok(false);
        }
        with_scratch(|scratch| {
            loop {
                while scratch.len() < WRITE_MAX_BYTES
                    && let Some(item) = next()
                {
                    put_item(scratch, &item);
                }
                if scratch.is_empty() || state.is_closed {
                    return Ok(true);
                }
                state.sent_at = clock::instant();
                if !self.write(&mut state, scratch)? {
                    return Ok(false);
                }
                scratch.clear();
            }
        })
    }
}

/// Whether one of these control frames is a close; they are short and unmasked (RFC 6455 section 5.5).
fn holds_close(mut frames: &[u8]) -> bool {
    while let [first, length, ..] = frames {
        if first & 0x0f == Opcode::Close as u8 {
            return true;
        }
        frames = frames.get(2 + usize::from(*length)..).unwrap_or_default();
    }
    false
}

fn with_scratch<T>(work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.clear();
        let done = work(scratch);
        if scratch.capacity() > KEPT_BYTES {
            *scratch = Vec::new();
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use futures_util::StreamExt;
    use proptest::prelude::*;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_tungstenite::WebSocketStream;
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::Role;

    use super::*;
    use crate::config::Settings;
    use crate::handshake::{AcceptedStream, Socket};
    use crate::hub::{Flushed, Outbox, OutboxLimits};
    use crate::wire::{CloseCode, Frame};

    async fn pair() -> (FrameSink, WebSocketStream<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (far, near) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        let accepted = AcceptedStream::new(near.unwrap().0, (), Duration::from_secs(60));
        let sink = FrameSink::new(Socket::new(accepted, Bytes::new()).writer);
        (sink, WebSocketStream::from_raw_socket(far.unwrap(), Role::Client, None).await)
    }

    /// The connection's task, reduced to sending.
    async fn send_until_ended(sink: FrameSink, outbox: Arc<Outbox>) {
        loop {
            tokio::select! {
                () = outbox.woken() => {}
                () = sink.blocked() => {}
            }
            loop {
                match outbox.flush_or_end().unwrap() {
                    Flushed::Everything => break,
                    Flushed::Blocked => sink.drain().await.unwrap(),
                    Flushed::Ending(closing) => {
                        sink.send_close(closing.unwrap()).unwrap();
                        return sink.drain().await.unwrap();
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn everything_arrives_in_order_however_slowly_it_is_read(
            sizes in prop::collection::vec(prop_oneof![0..300_usize, 100_000..3_000_000_usize], 1..24),
            pauses in prop::collection::vec(any::<bool>(), 24),
        ) {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let (sink, mut client) = pair().await;
                let settings = Settings { outbound_queue_max_bytes: usize::MAX, ..Settings::defaults() };
                let outbox = Arc::new(Outbox::new(OutboxLimits::of(&settings)));
                outbox.attach(Box::new(sink.clone()));
                let writer = tokio::spawn(send_until_ended(sink, outbox.clone()));
                let (expected, pauses) = (sizes.clone(), pauses.clone());
                let reader = tokio::spawn(async move {
                    for (size, pause) in expected.into_iter().zip(pauses) {
                        if pause {
                            tokio::task::yield_now().await;
                        }
                        let Some(Ok(Message::Text(text))) = client.next().await else { panic!("a text") };
                        assert_eq!(text.len(), r#"{"event":"x","data":""}"#.len() + size);
                    }
                    assert!(matches!(client.next().await, Some(Ok(Message::Close(Some(_))))));
                });
                for (index, size) in sizes.iter().enumerate() {
                    let frame = Frame::new("x", &"y".repeat(*size));
                    if index % 3 == 0 {
                        assert!(outbox.queue(frame));
                        outbox.flush();
                    } else {
                        assert!(outbox.push(frame));
                    }
                }
                outbox.close(CloseCode::Draining);
                reader.await.unwrap();
                writer.await.unwrap();
            });
        }
    }

    #[tokio::test]
    async fn only_what_a_page_sees_puts_its_heartbeat_off() {
        let (mut sink, _client) = pair().await;
        let began = sink.sent_at();
        sink.send(Opcode::Ping, b"").unwrap();
        let pong = std::future::poll_fn(|context| sink.poll_write_control(context, &[0x8a, 0]));
        pong.await.unwrap();
        assert!(sink.transmit(&mut || None).unwrap());
        assert_eq!(sink.sent_at(), began);

        let mut waiting = vec![Outgoing::Event(Frame::new("x", &1))];
        assert!(sink.transmit(&mut || waiting.pop()).unwrap());
        let sent = sink.sent_at();
        assert!(sent > began);
        sink.send_item(&Outgoing::Event(Frame::new("x", &1))).unwrap();
        assert!(sink.sent_at() > sent);
    }

    #[test]
    fn a_close_is_found_behind_pongs() {
        let (pong, close) = ([0x8a_u8, 2, 1, 2], [0x88_u8, 2, 0x03, 0xe8]);
        assert!(holds_close(&[pong, close].concat()) && holds_close(&close));
        assert!(!holds_close(&[pong, pong].concat()) && !holds_close(&[]) && !holds_close(&[0x8a, 125]));
    }

    #[tokio::test]
    async fn pongs_wait_while_a_client_reads_nothing() {
        let (sink, mut client) = pair().await;
        while sink.lock().unsent.is_empty() {
            sink.send(Opcode::Text, &[b'x'; 100_000]).unwrap();
        }
        let waiting = sink.lock().unsent.len();

        let polled = std::future::poll_fn(|context| {
            Poll::Ready(sink.poll_write_control(context, &[0x8a, 0]).is_pending())
        });
        assert!(polled.await, "no heap of pongs");
        assert_eq!(sink.lock().unsent.len(), waiting);
        let read_all = tokio::spawn(async move {
            while let Some(Ok(message)) = client.next().await {
                if message.is_close() {
                    return;
                }
            }
        });
        sink.drain().await.unwrap();
        sink.send_close(CloseCode::Draining.into()).unwrap();
        sink.send(Opcode::Text, b"nothing comes behind a close").unwrap();
        assert!(sink.lock().unsent.is_empty());
        read_all.await.unwrap();
    }
}
