//! One side of a call: its socket while it is there, what it is owed, and how it comes back.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::{Sink, Stream};
use rooms::Timestamp;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::frame::{Header, Kind, Track};
use super::microphone::Microphone;
use crate::auth::Principal;
use crate::handshake::UpgradedStream;
use crate::wire::{CloseCode, VoiceDown};

/// The socket of a leg.
pub type LegSocket = WebSocketStream<UpgradedStream>;

/// Control events that wait or may have to be sent again; a leg that leaves more unread is closed as slow.
const CONTROL_MAX: usize = 256;
/// Audio frames that wait in a leg: the line lets 400 ms run ahead, tones and other tracks come on top. Beyond it
/// the oldest go, for late sound is worth nothing.
const AUDIO_MAX: usize = 150;
const SAMPLES_PER_FRAME: u32 = 480;

/// A side of a call, within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LegId(pub(super) u32);

/// What waits to be written.
#[derive(Debug)]
enum Waiting {
    Control(String),
    Audio(Vec<u8>),
    Close(CloseFrame),
}

/// A leg whose reader does not keep up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooSlow;

/// One side of a call.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) id: LegId,
    pub(super) principal: Principal,
    pub(super) is_visitor: bool,
    /// Whether it hears what others say.
    pub(super) listens: bool,
    pub(super) intake: Microphone,
    /// When anything was last heard of it.
    pub(super) heard_ms: u64,
    /// Since when its socket is gone.
    pub(super) lost_ms: Option<u64>,
    socket: Option<LegSocket>,
    waiting: VecDeque<Waiting>,
    control_waiting: usize,
    audio_waiting: usize,
    /// The newest control events, by number, to be sent again to a leg that comes back.
    kept: VecDeque<(u64, String)>,
    next_n: u64,
    audio_seq: u32,
    audio_time: u32,
    needs_flush: bool,
    is_closing: bool,
    /// Whether whose it is may no longer be here: it does not come back.
    pub(super) is_revoked: bool,
}

impl Leg {
    pub(super) fn new(id: LegId, principal: Principal, intake: Microphone, now_ms: u64) -> Self {
        Self {
            id,
            is_visitor: principal.is_visitor(),
            principal,
            listens: false,
            intake,
            heard_ms: now_ms,
            lost_ms: Some(now_ms),
            socket: None,
            waiting: VecDeque::new(),
            control_waiting: 0,
            audio_waiting: 0,
            kept: VecDeque::new(),
            next_n: 1,
            audio_seq: 0,
            audio_time: 0,
            needs_flush: false,
            is_closing: false,
            is_revoked: false,
        }
    }

    pub(super) fn is_here(&self) -> bool {
        self.socket.is_some() && !self.is_closing
    }

    /// A socket sits down. What waited for the old one is dropped; control events after `last_n` come again.
    pub(super) fn sit(&mut self, socket: LegSocket, intake: Microphone, last_n: Option<u64>, now_ms: u64) {
        self.socket = Some(socket);
        self.intake = intake;
        self.waiting.clear();
        (self.control_waiting, self.audio_waiting) = (0, 0);
        (self.audio_seq, self.audio_time) = (0, 0);
        self.heard_ms = now_ms;
        self.lost_ms = None;
        self.is_closing = false;
        let Some(last_n) = last_n else { return };
        let missed: Vec<String> =
            self.kept.iter().filter(|(n, _)| *n > last_n).map(|(_, text)| text.clone()).collect();
        self.control_waiting = missed.len();
        self.waiting.extend(missed.into_iter().map(Waiting::Control));
    }

    /// Gives its socket up to another that sits down.
    pub(super) fn take_socket(&mut self) -> Option<LegSocket> {
        self.socket.take()
    }

    /// Admits a message of its socket. Once its access has expired by `now` the leg is closed as unauthenticated
    /// instead, and does not come back.
    pub(super) fn admit(&mut self, message: Message, now: Timestamp, now_ms: u64) -> Option<Message> {
        self.heard_ms = now_ms;
        if self.principal.expires_at.is_some_and(|at| at <= now) {
            self.is_revoked = true;
            self.close(Some(CloseCode::Unauthenticated));
            return None;
        }
        Some(message)
    }

    /// Whether no socket is there.
    pub(super) fn is_gone(&self) -> bool {
        self.socket.is_none()
    }

    /// The socket is gone.
    pub(super) fn stand(&mut self, now_ms: u64) {
        self.socket = None;
        self.waiting.clear();
        (self.control_waiting, self.audio_waiting) = (0, 0);
        self.lost_ms.get_or_insert(now_ms);
    }

    /// Tells it something; it is told again when it comes back, unless it is no more than a sign of life.
    pub(super) fn tell(&mut self, event: &VoiceDown) -> Result<(), TooSlow> {
        let n = self.next_n;
        self.next_n += 1;
        let text = event.text(n);
        let is_kept = !matches!(event, VoiceDown::Ready { .. } | VoiceDown::Ping(_) | VoiceDown::Pong(_));
        if is_kept {
            if self.kept.len() == CONTROL_MAX {
                self.kept.pop_front();
            }
            self.kept.push_back((n, text.clone()));
        }
        if !self.is_here() {
            return Ok(());
        }
        if self.control_waiting == CONTROL_MAX {
            return Err(TooSlow);
        }
        self.control_waiting += 1;
        self.waiting.push_back(Waiting::Control(text));
        Ok(())
    }

    /// Lets it hear a frame of 20 ms.
    pub(super) fn play(
        &mut self,
        kind: Kind,
        track: Track,
        flags: u8,
        item: u16,
        generation: u16,
        pcm: &[u8],
    ) {
        if !self.is_here() {
            return;
        }
        let header =
            Header { kind, flags, track, seq: self.audio_seq, time: self.audio_time, item, generation };
        self.audio_seq = self.audio_seq.wrapping_add(1);
        self.audio_time = self.audio_time.wrapping_add(SAMPLES_PER_FRAME);
        if self.audio_waiting == AUDIO_MAX {
            self.drop_oldest_audio();
        }
        self.audio_waiting += 1;
        self.waiting.push_back(Waiting::Audio(header.frame(pcm)));
    }

    /// Forgets the sound that it has not been sent.
    pub(super) fn hush(&mut self) {
        self.waiting.retain(|one| !matches!(one, Waiting::Audio(_)));
        self.audio_waiting = 0;
    }

    fn drop_oldest_audio(&mut self) {
        if let Some(place) = self.waiting.iter().position(|one| matches!(one, Waiting::Audio(_))) {
            self.waiting.remove(place);
            self.audio_waiting -= 1;
        }
    }

    /// Closes it once everything before has been written.
    pub(super) fn close(&mut self, code: Option<CloseCode>) {
        if !self.is_here() {
            return;
        }
        self.is_closing = true;
        let frame = match code {
            Some(code) => {
                CloseFrame { code: code.number().into(), reason: code.error().as_str().to_owned().into() }
            }
            None => CloseFrame { code: 1000.into(), reason: "".into() },
        };
        self.waiting.push_back(Waiting::Close(frame));
    }

    /// Writes what waits, as far as the socket takes it; ready when nothing waits any more.
    pub(super) fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(socket) = &mut self.socket else { return Poll::Ready(Ok(())) };
        let mut socket = std::pin::Pin::new(socket);
        while !self.waiting.is_empty() {
            std::task::ready!(socket.as_mut().poll_ready(cx))?;
            let message = match self.waiting.pop_front() {
                Some(Waiting::Control(text)) => {
                    self.control_waiting -= 1;
                    Message::text(text)
                }
                Some(Waiting::Audio(bytes)) => {
                    self.audio_waiting -= 1;
                    Message::binary(bytes)
                }
                Some(Waiting::Close(frame)) => Message::Close(Some(frame)),
                None => break,
            };
            socket.as_mut().start_send(message)?;
            self.needs_flush = true;
        }
        if self.needs_flush {
            std::task::ready!(socket.as_mut().poll_flush(cx))?;
            self.needs_flush = false;
        }
        Poll::Ready(Ok(()))
    }

    /// The next message; `None` when the socket has ended.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, Error>>> {
        match &mut self.socket {
            Some(socket) => std::pin::Pin::new(socket).poll_next(cx),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::leg_for_tests::{Browser, agent, connect};

    const EXPIRES: Timestamp = Timestamp(10_000);

    async fn seat(expires_at: Option<Timestamp>) -> (Leg, Browser) {
        let (socket, browser) = connect().await;
        let mut seat = Leg::new(LegId(0), Principal { expires_at, ..agent(1) }, Microphone::new(None), 0);
        seat.sit(socket, Microphone::new(None), None, 0);
        (seat, browser)
    }

    fn frame() -> Message {
        Message::binary(vec![0; 16])
    }

    #[tokio::test]
    async fn a_leg_whose_access_has_expired_is_closed_as_unauthenticated() {
        for message in [frame(), Message::text(r#"{"event":"take"}"#), Message::Pong("".into())] {
            let (mut seat, mut browser) = seat(Some(EXPIRES)).await;

            assert_eq!(seat.admit(message, EXPIRES, 7), None);

            assert!(seat.is_revoked && !seat.is_here());
            let written = std::future::poll_fn(|cx| seat.poll_write(cx));
            let (written, closed) = tokio::join!(written, browser.close_code());
            written.unwrap();
            assert_eq!(closed, Some(CloseCode::Unauthenticated.number()));
        }
    }

    #[tokio::test]
    async fn a_leg_whose_access_goes_on_is_heard() {
        let before = Timestamp(EXPIRES.0 - 1);
        for (expires_at, now) in [(Some(EXPIRES), before), (None, EXPIRES), (None, Timestamp(i64::MAX))] {
            let (mut seat, _browser) = seat(expires_at).await;

            assert_eq!(seat.admit(frame(), now, 7), Some(frame()));

            assert!(seat.is_here() && !seat.is_revoked);
            assert_eq!(seat.heard_ms, 7);
        }
    }
}
