//! One connection's task: gives the session what was received and the time, and sends what it says. One task reads
//! and writes, so that a client that does not read is still read, and orders of the test always get through.

use futures_util::{Sink as _, Stream as _};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::espeak;
use super::events::Emission;
use super::log::Closed;
use super::request::SpeechRequest;
use super::talk::Talk;

/// Orders a test may give before the connection has seen them.
pub(super) const ORDERS_MAX: usize = 64;

/// Answers that a client may leave unread while it goes on asking. Speech is not sent ahead of its reader at all.
const UNREAD_MAX: usize = 4_096;

/// How long a client has to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What a test makes a connection do.
#[derive(Debug, Clone)]
pub(super) enum Order {
    Drop,
    Close { code: u16, reason: String },
    Send { kind: String, text: String },
    Say(String),
}

/// Words that were spoken, or could not be.
type Spoken = (SpeechRequest, Option<Vec<i16>>);

enum Happening {
    /// Everything unsent was taken by the socket.
    Sent,
    Received(Option<Result<Message, Error>>),
    Failed(Error),
}

struct Connection {
    socket: WebSocketStream<TcpStream>,
    session: Talk,
    opened: Instant,
    unsent: VecDeque<Message>,
    is_flushed: bool,
    speaking: JoinSet<Spoken>,
}

/// Serves a session to its end.
pub(super) async fn run(
    socket: WebSocketStream<TcpStream>,
    session: Talk,
    mut orders: mpsc::Receiver<Order>,
    opened: Instant,
    no_pong: bool,
) -> Closed {
    let (unsent, speaking) = (VecDeque::new(), JoinSet::new());
    let mut connection = Connection { socket, session, opened, unsent, is_flushed: true, speaking };
    loop {
        if let Some(end) = connection.take_emissions() {
            return connection.end(end).await;
        }
        let now_ms = connection.now_ms();
        let reading_from_ms = connection.session.reading_stops_until_ms();
        let is_reading = now_ms >= reading_from_ms;
        // Nothing new is said while what was said is still unsent: so a slow reader costs no memory.
        let next_ms = if connection.has_sent_all() { connection.session.next_ms() } else { None };
        let wakes_ms = [next_ms, (!is_reading).then_some(reading_from_ms)].into_iter().flatten().min();
        let wakes_at = opened + Duration::from_millis(wakes_ms.unwrap_or_default());
        tokio::select! {
            order = orders.recv() => {
                if let Some(closed) = connection.obey(order).await {
                    return closed;
                }
            }
            spoken = connection.speaking.join_next(), if !connection.speaking.is_empty() => {
                connection.take_spoken(spoken);
            }
            () = sleep_until(wakes_at), if wakes_ms.is_some() => {
                let now_ms = connection.now_ms();
                connection.session.tick(now_ms);
            }
            happening = poll_fn(|cx| poll_socket(
                &mut connection.socket, &mut connection.unsent, &mut connection.is_flushed, is_reading, cx,
            )) => {
                if no_pong && matches!(happening, Happening::Received(Some(Ok(Message::Ping(_))))) {
                    return connection.play_dead(orders).await;
                }
                if let Some(closed) = connection.take(happening) {
                    connection.part().await;
                    return closed;
                }
            }
        }
    }
}

/// Writes what is unsent as far as the client takes it, and reads where that is wanted.
fn poll_socket(
    socket: &mut WebSocketStream<TcpStream>,
    unsent: &mut VecDeque<Message>,
    is_flushed: &mut bool,
    is_reading: bool,
    cx: &mut Context<'_>,
) -> Poll<Happening> {
    let mut socket = Pin::new(socket);
    while !unsent.is_empty() {
        match socket.as_mut().poll_ready(cx) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => return Poll::Ready(Happening::Failed(error)),
            Poll::Pending => break,
        }
        let message = unsent.pop_front().expect("it is not empty");
        if let Err(error) = socket.as_mut().start_send(message) {
            return Poll::Ready(Happening::Failed(error));
        }
        *is_flushed = false;
    }
    if !*is_flushed {
        match socket.as_mut().poll_flush(cx) {
            Poll::Ready(Ok(())) => {
                *is_flushed = true;
                return Poll::Ready(Happening::Sent);
            }
            Poll::Ready(Err(error)) => return Poll::Ready(Happening::Failed(error)),
            Poll::Pending => {}
        }
    }
    if is_reading { socket.poll_next(cx).map(Happening::Received) } else { Poll::Pending }
}

impl Connection {
    fn has_sent_all(&self) -> bool {
        self.unsent.is_empty() && self.is_flushed
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).expect("a connection is not millions of years old")
    }

    /// Queues what the session says. An end is given back: it comes after everything else.
    fn take_emissions(&mut self) -> Option<Emission> {
        for request in self.session.take_speech_requests() {
            self.speaking.spawn_blocking(move || {
                let samples = espeak::speak(&request.text).ok();
                (request, samples)
            });
        }
        for emission in self.session.take_emissions() {
            match emission {
                Emission::Text(text) => self.unsent.push_back(Message::text(text)),
                end @ (Emission::Close(..) | Emission::Drop) => return Some(end),
            }
        }
        (self.unsent.len() > UNREAD_MAX).then_some(Emission::Drop)
    }

    fn take_spoken(&mut self, spoken: Option<Result<Spoken, tokio::task::JoinError>>) {
        if let Some(Ok((request, samples))) = spoken {
            let now_ms = self.now_ms();
            self.session.take_speech(&request, samples, now_ms);
        }
    }

    /// Takes in what happened on the socket; gives back how it ended, where it has.
    fn take(&mut self, happening: Happening) -> Option<Closed> {
        let now_ms = self.now_ms();
        match happening {
            Happening::Sent => {}
            Happening::Received(Some(Ok(Message::Text(text)))) => self.session.receive(&text, now_ms),
            Happening::Received(Some(Ok(Message::Binary(_)))) => self.session.receive_binary(now_ms),
            Happening::Received(Some(Ok(Message::Close(frame)))) => {
                let (code, reason) = read_close(frame);
                return Some(Closed { is_ours: false, code, reason });
            }
            Happening::Received(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)))) => {
                self.is_flushed = false;
            }
            Happening::Received(None) => {
                return Some(Closed { is_ours: false, code: None, reason: "the stream ended".to_owned() });
            }
            Happening::Received(Some(Err(error))) | Happening::Failed(error) => {
                return Some(Closed { is_ours: false, code: None, reason: error.to_string() });
            }
        }
        None
    }

    async fn obey(&mut self, order: Option<Order>) -> Option<Closed> {
        let now_ms = self.now_ms();
        match order {
            None | Some(Order::Drop) => return Some(self.reset()),
            Some(Order::Close { code, reason }) => return Some(self.close(code, reason).await),
            Some(Order::Send { kind, text }) => self.session.emit_raw(&kind, text, now_ms),
            Some(Order::Say(words)) => self.session.say(&words, now_ms),
        }
        None
    }

    async fn end(&mut self, end: Emission) -> Closed {
        // What was said before is heard before: a client that reads nothing does not hold up the end for long.
        let said = poll_fn(|cx| {
            let (unsent, is_flushed) = (&mut self.unsent, &mut self.is_flushed);
            match poll_socket(&mut self.socket, unsent, is_flushed, false, cx) {
                Poll::Ready(_) => Poll::Ready(()),
                Poll::Pending if self.unsent.is_empty() && self.is_flushed => Poll::Ready(()),
                Poll::Pending => Poll::Pending,
            }
        });
        let _slow_reader = timeout(CLOSE_TIMEOUT, said).await;
        match end {
            Emission::Close(code, reason) => self.close(code, reason).await,
            Emission::Text(_) | Emission::Drop => self.reset(),
        }
    }

    /// Closes, and reads until the client has closed too: what it sent meanwhile must not break the goodbye.
    async fn close(&mut self, code: u16, reason: String) -> Closed {
        let frame = CloseFrame { code: code.into(), reason: reason.as_str().into() };
        if let Ok(Ok(())) = timeout(CLOSE_TIMEOUT, self.socket.close(Some(frame))).await {
            self.part().await;
        }
        Closed { is_ours: true, code: Some(code), reason }
    }

    /// Lets the library answer the client's close, which it does when it is asked for more.
    async fn part(&mut self) {
        let answered =
            async { while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut self.socket).poll_next(cx)).await {} };
        let _broken_client = timeout(CLOSE_TIMEOUT, answered).await;
    }

    /// Makes the client see a connection reset.
    fn reset(&mut self) -> Closed {
        let stream = socket2::SockRef::from(self.socket.get_ref());
        // Already gone is as good.
        let _gone = stream.set_linger(Some(Duration::ZERO));
        Closed { is_ours: true, code: None, reason: "dropped".to_owned() }
    }

    /// Holds the connection open without reading or writing, until the test ends it.
    async fn play_dead(&mut self, mut orders: mpsc::Receiver<Order>) -> Closed {
        loop {
            match orders.recv().await {
                None | Some(Order::Drop | Order::Close { .. }) => return self.reset(),
                Some(Order::Send { .. } | Order::Say(_)) => {}
            }
        }
    }
}

fn read_close(frame: Option<CloseFrame>) -> (Option<u16>, String) {
    frame.map_or((None, String::new()), |frame| (Some(frame.code.into()), frame.reason.to_string()))
}
