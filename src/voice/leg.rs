//! One leg of a call: its socket while connected, its queues in both directions, and its reconnection.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::{Sink, Stream};
use rooms::Timestamp;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::frame::{Header, Kind, Track, parse_microphone};
use super::microphone::{Microphone, Taken};
use crate::auth::Principal;
use crate::handshake::UpgradedStream;
use crate::wire::{CloseCode, ErrorCode, VoiceDown, VoiceUp};

/// The socket of a leg.
pub type LegSocket = WebSocketStream<UpgradedStream>;

/// Control events that wait or may have to be sent again; a leg that leaves more unread is closed as slow.
const CONTROL_MAX: usize = 256;
/// Audio frames that wait in a leg: the line lets 400 ms run ahead, tones and other tracks come on top. Beyond it
/// the oldest go, for late sound is worth nothing.
const AUDIO_MAX: usize = 150;
const SAMPLES_PER_FRAME: u32 = 480;

/// A leg, within its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LegId(pub(super) u32);

/// What waits to be written.
#[derive(Debug)]
enum Waiting {
    Control(String),
    Audio(Vec<u8>),
    Close(CloseFrame),
}

/// What a leg has sent.
#[derive(Debug)]
pub(super) enum Received {
    /// Sound of its microphone: whole frames of 20 ms.
    Sound(Vec<Vec<u8>>),
    /// A control event for the call.
    Control(VoiceUp),
    /// Nothing for the call: a sign of life, or what was refused.
    Nothing,
    /// Its socket has ended.
    Ended,
}

/// One leg of a call.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) id: LegId,
    pub(super) principal: Principal,
    pub(super) is_visitor: bool,
    /// Whether it hears what others say.
    pub(super) listens: bool,
    microphone: Microphone,
    /// When anything was last heard of it.
    heard_ms: u64,
    /// Since when its socket is gone.
    lost_ms: Option<u64>,
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
    is_revoked: bool,
}

impl Leg {
    pub(super) fn new(id: LegId, principal: Principal, now_ms: u64) -> Self {
        Self {
            id,
            is_visitor: principal.is_visitor(),
            principal,
            listens: false,
            microphone: Microphone::new(None),
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

    /// Takes a socket, and gives back the one before it. What waited for that is dropped; control events after
    /// `last_n` are sent again.
    pub(super) fn attach(
        &mut self,
        socket: LegSocket,
        microphone: Microphone,
        last_n: Option<u64>,
        now_ms: u64,
    ) -> Option<LegSocket> {
        let replaced = self.socket.replace(socket);
        self.microphone = microphone;
        self.waiting.clear();
        (self.control_waiting, self.audio_waiting) = (0, 0);
        (self.audio_seq, self.audio_time) = (0, 0);
        self.heard_ms = now_ms;
        self.lost_ms = None;
        self.is_closing = false;
        let Some(last_n) = last_n else { return replaced };
        let missed: Vec<String> =
            self.kept.iter().filter(|(n, _)| *n > last_n).map(|(_, text)| text.clone()).collect();
        self.control_waiting = missed.len();
        self.waiting.extend(missed.into_iter().map(Waiting::Control));
        replaced
    }

    /// Whether whose it is may no longer be here.
    pub(super) fn is_revoked(&self) -> bool {
        self.is_revoked
    }

    /// Access has ended: it is closed, and does not come back.
    pub(super) fn revoke(&mut self, code: CloseCode) {
        self.is_revoked = true;
        self.close(Some(code));
    }

    /// Whether it is connected and was not heard since then.
    pub(super) fn is_silent_since(&self, alive_since_ms: u64) -> bool {
        self.is_here() && self.heard_ms < alive_since_ms
    }

    /// Whether its socket was lost before then.
    pub(super) fn is_lost_before(&self, ms: u64) -> bool {
        self.lost_ms.is_some_and(|lost_ms| lost_ms < ms)
    }

    /// Takes in what its socket gave: `None` is its end.
    pub(super) fn receive(
        &mut self,
        message: Option<Result<Message, Error>>,
        now: Timestamp,
        now_ms: u64,
    ) -> Received {
        let Some(Ok(message)) = message else { return Received::Ended };
        match self.admit(message, now, now_ms) {
            Some(Message::Binary(bytes)) => self.receive_sound(&bytes),
            Some(Message::Text(text)) => self.receive_text(&text),
            // Pings are answered by the library; after a close the stream ends by itself.
            Some(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) | None => {
                Received::Nothing
            }
        }
    }

    fn receive_sound(&mut self, bytes: &[u8]) -> Received {
        let mut frames: Vec<Vec<u8>> = Vec::with_capacity(1);
        let taken = match parse_microphone(bytes) {
            Ok(Some(frame)) => self.microphone.take(frame, |piece| frames.push(piece.to_vec())),
            Ok(None) => return Received::Nothing,
            Err(fault) => self.microphone.refuse(fault),
        };
        match taken {
            Taken::Whole => {}
            Taken::Bad(fault) => self.complain(ErrorCode::BadRequest, fault.to_string()),
            Taken::Broken => self.close(Some(CloseCode::BadFrame)),
        }
        Received::Sound(frames)
    }

    fn receive_text(&mut self, text: &str) -> Received {
        match VoiceUp::parse(text) {
            Ok(VoiceUp::Ping(data)) => self.send_event(&VoiceDown::Pong(data)),
            Ok(VoiceUp::Pong | VoiceUp::Unknown) => {}
            Ok(control) => return Received::Control(control),
            Err(message) => self.complain(ErrorCode::BadRequest, message),
        }
        Received::Nothing
    }

    /// Says that something was wrong, and goes on.
    pub(super) fn complain(&mut self, code: ErrorCode, message: String) {
        self.send_event(&VoiceDown::Error {
            code: code.as_str(),
            message,
            retry: code.retry(),
            fatal: false,
        });
    }

    /// Admits a message of its socket. Once its access has expired by `now` the leg is closed as unauthenticated
    /// instead, and does not come back.
    fn admit(&mut self, message: Message, now: Timestamp, now_ms: u64) -> Option<Message> {
        self.heard_ms = now_ms;
        if self.principal.expires_at.is_some_and(|at| at <= now) {
            self.revoke(CloseCode::Unauthenticated);
            return None;
        }
        Some(message)
    }

    /// Whether no socket is there.
    pub(super) fn is_gone(&self) -> bool {
        self.socket.is_none()
    }

    /// The socket is gone.
    pub(super) fn detach(&mut self, now_ms: u64) {
        self.socket = None;
        self.waiting.clear();
        (self.control_waiting, self.audio_waiting) = (0, 0);
        self.lost_ms.get_or_insert(now_ms);
    }

    /// Tells it something; it is told again when it comes back, unless it is no more than a sign of life. Who does not
    /// read is closed as slow, and may come back.
    pub(super) fn send_event(&mut self, event: &VoiceDown) {
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
            return;
        }
        if self.control_waiting == CONTROL_MAX {
            self.close(Some(CloseCode::SlowReader));
            metrics::counter!(crate::telemetry::metrics::VOICE_SLOW_LEGS).increment(1);
            return;
        }
        self.control_waiting += 1;
        self.waiting.push_back(Waiting::Control(text));
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
    pub(super) fn drop_sound(&mut self) {
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

    async fn leg(principal: Principal) -> (Leg, Browser) {
        let (socket, browser) = connect().await;
        let mut leg = Leg::new(LegId(0), principal, 0);
        assert!(leg.attach(socket, Microphone::new(None), None, 0).is_none());
        (leg, browser)
    }

    async fn written(leg: &mut Leg) {
        std::future::poll_fn(|cx| leg.poll_write(cx)).await.unwrap();
    }

    fn sound() -> Message {
        let mut frame = vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        frame.resize(16 + 960, 7);
        Message::binary(frame)
    }

    fn text(text: &str) -> Message {
        Message::text(text)
    }

    #[tokio::test]
    async fn a_leg_whose_access_has_expired_is_closed_as_unauthenticated() {
        for message in [sound(), text(r#"{"event":"take"}"#), Message::Pong("".into())] {
            let (mut leg, mut browser) = leg(Principal { expires_at: Some(EXPIRES), ..agent(1) }).await;

            assert!(matches!(leg.receive(Some(Ok(message)), EXPIRES, 7), Received::Nothing));

            assert!(leg.is_revoked() && !leg.is_here());
            let ((), closed) = tokio::join!(written(&mut leg), browser.close_code());
            assert_eq!(closed, Some(CloseCode::Unauthenticated.number()));
        }
    }

    #[tokio::test]
    async fn a_leg_whose_access_goes_on_is_heard() {
        let before = Timestamp(EXPIRES.0 - 1);
        for (expires_at, now) in [(Some(EXPIRES), before), (None, EXPIRES), (None, Timestamp(i64::MAX))] {
            let (mut leg, _browser) = leg(Principal { expires_at, ..agent(1) }).await;

            assert!(
                matches!(leg.receive(Some(Ok(sound())), now, 7), Received::Sound(frames) if frames.len() == 1)
            );

            assert!(leg.is_here() && !leg.is_revoked());
            assert!(leg.is_silent_since(8) && !leg.is_silent_since(7));
        }
    }

    #[tokio::test]
    async fn pings_are_answered_and_nonsense_is_complained_of() {
        let (mut leg, mut browser) = leg(agent(1)).await;
        let mut receive = |said: &str| leg.receive(Some(Ok(text(said))), EXPIRES, 1);

        assert!(matches!(receive(r#"{"event":"ping","data":{"id":3}}"#), Received::Nothing));
        assert!(matches!(receive("nonsense"), Received::Nothing));
        assert!(matches!(receive(r#"{"event":"hold"}"#), Received::Control(VoiceUp::Hold)));
        assert!(matches!(leg.receive(None, EXPIRES, 1), Received::Ended));

        written(&mut leg).await;
        let (pong, error) = (browser.event().await, browser.event().await);
        assert_eq!((&pong["event"], &pong["data"]["id"], &pong["n"]), (&"pong".into(), &3.into(), &1.into()));
        assert_eq!((&error["event"], &error["data"]["code"]), (&"error".into(), &"bad_request".into()));
    }

    #[tokio::test]
    async fn a_leg_that_comes_back_is_told_again_what_it_missed() {
        let (mut leg, _lost) = leg(agent(1)).await;
        for n in 0..3 {
            leg.send_event(&VoiceDown::Clear { generation: n, fade_ms: 5 });
        }
        leg.detach(40);
        assert!(leg.is_gone() && leg.is_lost_before(41) && !leg.is_lost_before(40));
        leg.send_event(&VoiceDown::Clear { generation: 3, fade_ms: 5 });

        let (socket, mut browser) = connect().await;
        leg.attach(socket, Microphone::new(None), Some(2), 50);
        written(&mut leg).await;

        let missed = [browser.event().await, browser.event().await];
        assert_eq!((&missed[0]["n"], &missed[1]["n"]), (&3.into(), &4.into()));
    }

    #[tokio::test]
    async fn a_leg_that_reads_nothing_is_closed_as_slow() {
        let (mut leg, _browser) = leg(agent(1)).await;
        for _ in 0..CONTROL_MAX {
            leg.send_event(&VoiceDown::Clear { generation: 1, fade_ms: 5 });
        }
        assert!(leg.is_here());

        leg.send_event(&VoiceDown::Clear { generation: 1, fade_ms: 5 });

        assert!(!leg.is_here() && !leg.is_revoked(), "it may come back");
    }
}
