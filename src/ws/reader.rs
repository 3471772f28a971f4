//! Reads events from a WebSocket.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::duplex::Duplex;
use super::frames::{parse_envelope, with_escaped_nuls};
use crate::clock::{self, Alarm};
use crate::config::Settings;
use crate::hub::{EventSource, Incoming};
use crate::wire::{CloseCode, ErrorCode, WireError};

/// Silence after which a connection is closed, in heartbeats.
const SILENT_HEARTBEATS: u32 = 3;

/// The reading half of a connection.
pub(super) struct Reader<S = WebSocketStream<Duplex>> {
    stream: S,
    frame_max_bytes: usize,
    /// Silence after which the connection is closed.
    silence_max: Duration,
    /// Silence after which its person counts as gone.
    presence_max: Duration,
    heard_at: Instant,
    alarm: Alarm,
    is_silent: bool,
    /// What ended a silence; it is given after the end itself.
    waiting: Option<Message>,
}

/// What was received, or that nothing was.
#[derive(Debug)]
enum Came {
    Message(Message),
    /// Something was heard after a silence.
    Again,
    /// Nothing, for too long to count as present.
    Silence,
    Broken(Option<CloseCode>),
    End,
}

impl<S: Stream<Item = Result<Message, Error>> + Send + Unpin> Reader<S> {
    pub(super) fn new(stream: S, settings: &Settings) -> Self {
        let silence_max = Duration::from_millis(settings.heartbeat_ms) * SILENT_HEARTBEATS;
        // A client that answers every ping does not count as silent in between.
        let presence_max = Duration::from_millis(settings.presence_silence_ms.max(2 * settings.ping_ms));
        let now = clock::instant();
        Self {
            stream,
            frame_max_bytes: settings.frame_max_bytes,
            silence_max,
            presence_max,
            heard_at: now,
            alarm: Alarm::at(now + presence_max.min(silence_max)),
            is_silent: false,
            waiting: None,
        }
    }

    /// The next text; `None` when the transport has ended.
    pub(super) async fn next_text(&mut self) -> Option<Result<Utf8Bytes, CloseCode>> {
        loop {
            match self.come().await {
                Came::Message(message) => {
                    if let Some(text) = self.text_of(message) {
                        return Some(text);
                    }
                }
                // There is no presence before the hello.
                Came::Again | Came::Silence => {}
                Came::Broken(code) => return code.map(Err),
                Came::End => return None,
            }
        }
    }

    /// The text of a message; `None` for what needs no answer of ours.
    fn text_of(&self, message: Message) -> Option<Result<Utf8Bytes, CloseCode>> {
        match message {
            Message::Text(text) if text.len() > self.frame_max_bytes => Some(Err(CloseCode::FrameTooLarge)),
            Message::Text(text) => Some(Ok(text)),
            Message::Binary(_) => Some(Err(CloseCode::BadFrame)),
            // Answered by the library; a close is finished by reading on until the stream ends.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => None,
        }
    }

    /// Waits for a message, or for a silence to be too long. Nothing is lost where the future is dropped.
    async fn come(&mut self) -> Came {
        if let Some(message) = self.waiting.take() {
            return Came::Message(message);
        }
        let is_present = !self.is_silent && self.presence_max < self.silence_max;
        let patience = if is_present { self.presence_max } else { self.silence_max };
        let heard = tokio::select! {
            biased;
            heard = self.stream.next() => Some(heard),
            () = self.alarm.wait_until(self.heard_at + patience) => None,
        };
        match heard {
            None if is_present => {
                self.is_silent = true;
                Came::Silence
            }
            None => Came::Broken(Some(CloseCode::HeartbeatMissed)),
            Some(None) => Came::End,
            Some(Some(Err(error))) => Came::Broken(close_code(&error)),
            Some(Some(Ok(message))) => {
                self.heard_at = clock::instant();
                if std::mem::take(&mut self.is_silent) {
                    self.waiting = Some(message);
                    return Came::Again;
                }
                Came::Message(message)
            }
        }
    }

    /// Reads on until the stream ends, so that the close is a clean one for the other side.
    pub(super) async fn finish(mut self, within: Duration) {
        // A client that does not complete the close handshake in time is disconnected.
        let _late =
            tokio::time::timeout(within, async { while let Some(Ok(_)) = self.stream.next().await {} }).await;
    }
}

impl<S: Stream<Item = Result<Message, Error>> + Send + Unpin> EventSource for Reader<S> {
    async fn next(&mut self) -> Option<Incoming> {
        loop {
            return Some(match self.come().await {
                Came::Message(message) => match self.text_of(message) {
                    Some(Ok(text)) => incoming(&text),
                    Some(Err(code)) => Incoming::Fatal(code),
                    None => continue,
                },
                Came::Again => Incoming::Heard,
                Came::Silence => Incoming::Silent,
                Came::Broken(code) => Incoming::Fatal(code?),
                Came::End => return None,
            });
        }
    }
}

fn incoming(text: &str) -> Incoming {
    let Some(envelope) = parse_envelope(text) else {
        return match with_escaped_nuls(text) {
            Some(escaped) if parse_envelope(&escaped).is_some() => incoming(&escaped),
            _ => Incoming::Fatal(CloseCode::BadFrame),
        };
    };
    let (name, ack) = (envelope.event, envelope.id);
    if name == "hello" {
        let error = WireError::new(ErrorCode::Conflict, "this connection has said hello already");
        return Incoming::refused(name, ack, error);
    }
    Incoming::read(name, envelope.data.map(|data| data.get()), ack)
}

/// What to say about a transport error; `None` when there is nobody left to say it to.
fn close_code(error: &Error) -> Option<CloseCode> {
    match error {
        Error::Utf8(_) => Some(CloseCode::InvalidUtf8),
        Error::Capacity(_) => Some(CloseCode::FrameTooLarge),
        Error::Protocol(
            tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => None,
        Error::Protocol(_) => Some(CloseCode::ProtocolError),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream::{self, BoxStream};

    use super::*;

    type Frames = BoxStream<'static, Result<Message, Error>>;

    /// Messages that come at these seconds, and then nothing for ever.
    fn coming(at_s: &[(u64, Message)]) -> Reader<Frames> {
        let began = clock::instant();
        let messages = at_s.to_vec();
        let timed = stream::iter(messages).then(move |(at_s, message)| async move {
            tokio::time::sleep_until(began + Duration::from_secs(at_s)).await;
            Ok(message)
        });
        Reader::new(timed.chain(stream::pending()).boxed(), &Settings::defaults())
    }

    fn pong() -> Message {
        Message::Pong(tokio_tungstenite::tungstenite::Bytes::new())
    }

    async fn next(reader: &mut Reader<Frames>, began: Instant) -> (u64, String) {
        let name = match reader.next().await {
            Some(Incoming::Event { name, .. }) => name.into_owned(),
            Some(Incoming::Fatal(code)) => code.number().to_string(),
            other => format!("{other:?}"),
        };
        (began.elapsed().as_secs(), name)
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_answers_pings_is_never_silent() {
        let began = clock::instant();
        let pongs: Vec<(u64, Message)> = (1..20).map(|n| (n * 15, pong())).collect();
        let mut reader = coming(&pongs);

        assert_eq!(next(&mut reader, began).await, (285 + 45, "Some(Silent)".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn forty_five_silent_seconds_are_an_absence_and_three_heartbeats_the_end() {
        let began = clock::instant();
        let mut reader = coming(&[]);

        assert_eq!(next(&mut reader, began).await, (45, "Some(Silent)".to_owned()));
        assert_eq!(next(&mut reader, began).await, (75, "4002".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_after_a_silence_comes_before_what_it_was() {
        let began = clock::instant();
        let text = Message::text(r#"{"event":"typing:start","data":{}}"#);
        let mut reader = coming(&[(60, text), (61, pong())]);

        assert_eq!(next(&mut reader, began).await.1, "Some(Silent)");
        assert_eq!(next(&mut reader, began).await, (60, "Some(Heard)".to_owned()));
        assert_eq!(next(&mut reader, began).await, (60, "typing:start".to_owned()));
        assert_eq!(next(&mut reader, began).await, (61 + 45, "Some(Silent)".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_is_asked_anew_all_the_time_still_counts_the_silence() {
        let began = clock::instant();
        let mut reader = coming(&[]);
        let silent = loop {
            tokio::select! {
                biased;
                incoming = reader.next() => break incoming,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        };

        assert!(matches!(silent, Some(Incoming::Silent)), "{silent:?}");
        assert_eq!(began.elapsed().as_secs(), 45);
    }
}
