//! The event loop of a call: one socket and one clock.

use std::time::Duration;

use audio::{FRAME_MS, Generation};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::connect::Begun;
use super::events::{self, End, Said};
use super::frames::{FRAME_SAMPLES, read_frame};
use super::hang_up::Patience;
use super::microphone::Microphone;
use super::playback::Ear;
use super::transcript::Teller;
use super::wav::WavWriter;
use crate::cli::output::Failure;
use crate::outbound::{OutboundSocket, SocketMessage};
use crate::wire::ErrorCode;

/// A hub that does not read for so long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// A hub answers a goodbye within so long.
const FAREWELL_MS: u64 = 5_000;

/// A call from here.
pub(super) struct Talk<'a> {
    socket: OutboundSocket,
    begun: &'a Begun,
    teller: Teller<'a>,
    microphone: Microphone,
    ear: Ear,
    heard: Option<WavWriter>,
    patience: Patience,
    /// When to hang up whatever is said.
    until_ms: u64,
    now_ms: u64,
    /// Whether the assistant is there.
    is_heard: bool,
    agent: Option<String>,
    left_ms: Option<u64>,
}

/// How a call went.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) end: End,
    /// Whether this side hung up.
    pub(super) is_by_caller: bool,
}

impl<'a> Talk<'a> {
    /// A call in which `microphone` is said and `heard` is written; it ends after `seconds`, where they are given.
    pub(super) fn new(
        socket: OutboundSocket,
        begun: &'a Begun,
        teller: Teller<'a>,
        microphone: Microphone,
        heard: Option<WavWriter>,
        seconds: Option<u64>,
    ) -> Self {
        Self {
            socket,
            begun,
            teller,
            microphone,
            ear: Ear::default(),
            heard,
            patience: Patience::default(),
            until_ms: seconds.map_or(u64::MAX, |seconds| seconds.saturating_mul(1_000)),
            now_ms: 0,
            is_heard: false,
            agent: None,
            left_ms: None,
        }
    }

    /// Talks until the call is over. What was heard is kept, however it ended.
    pub(super) async fn run(mut self) -> Result<Outcome, Failure> {
        let end = self.talk().await;
        let kept = self.drain_audio().map_err(|error| unwritten(&error));
        let end = end?;
        kept?;
        Ok(Outcome { end, is_by_caller: self.left_ms.is_some() })
    }

    async fn talk(&mut self) -> Result<End, Failure> {
        let mut interrupts = listen_for(SignalKind::interrupt())?;
        let mut terminations = listen_for(SignalKind::terminate())?;
        let hello = json!({ "ticket": self.begun.ticket, "rate": 24_000, "codecs": [0] });
        self.say("hello", &hello).await?;
        let mut ticks = interval(Duration::from_millis(FRAME_MS.into()));
        // Catch up after a delay: send as many frames as time has passed.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        loop {
            tokio::select! {
                // Handle what was received before catching up: it arrived earlier.
                biased;
                _ = interrupts.recv() => self.hang_up().await?,
                _ = terminations.recv() => self.hang_up().await?,
                message = self.socket.next() => {
                    if let Some(end) = self.handle_message(message).await? {
                        return Ok(end);
                    }
                }
                _ = ticks.tick() => self.tick().await?,
            }
        }
    }

    /// 20 ms are over.
    async fn tick(&mut self) -> Result<(), Failure> {
        self.now_ms += u64::from(FRAME_MS);
        let frame = self.microphone.next_frame(self.is_heard);
        self.send(SocketMessage::binary(frame)).await?;
        self.listen().map_err(|error| unwritten(&error))?;
        if let Some(report) = self.ear.due_report() {
            self.say("played", &report).await?;
        }
        match self.left_ms {
            Some(left_ms) if self.now_ms > left_ms + FAREWELL_MS => {
                Err(Failure::new(ErrorCode::Unavailable, "the hub did not say that the call has ended"))
            }
            Some(_) => Ok(()),
            None if self.is_over() => self.hang_up().await,
            None => Ok(()),
        }
    }

    fn is_over(&self) -> bool {
        let has_said_all = self.is_heard && self.microphone.is_done();
        self.now_ms >= self.until_ms || self.patience.is_over(has_said_all, self.now_ms)
    }

    /// Plays 20 ms.
    fn listen(&mut self) -> std::io::Result<()> {
        let sound = self.ear.play();
        if let Some(sound) = &sound {
            self.patience.record_sound(sound.is_voice, self.now_ms);
        }
        let Some(heard) = &mut self.heard else { return Ok(()) };
        match sound {
            Some(sound) => heard.write(&sound.samples),
            None => heard.write(&[0; FRAME_SAMPLES]),
        }
    }

    /// What had come when the call ended is heard, and then nothing more.
    fn drain_audio(&mut self) -> std::io::Result<()> {
        let Some(mut heard) = self.heard.take() else { return Ok(()) };
        for sound in self.ear.rest() {
            heard.write(&sound.samples)?;
        }
        heard.finish()
    }

    async fn handle_message(
        &mut self,
        message: Option<Result<SocketMessage, impl std::error::Error>>,
    ) -> Result<Option<End>, Failure> {
        match message {
            Some(Ok(SocketMessage::Binary(bytes))) => {
                if let Some(sound) = read_frame(&bytes) {
                    self.ear.take(sound);
                }
            }
            Some(Ok(SocketMessage::Text(text))) => {
                let strange = |_| Failure::new(ErrorCode::ProviderError, "the hub says what no call knows");
                for said in events::read(&text).map_err(strange)? {
                    if let Said::Ended(end) = said {
                        return Ok(Some(end));
                    }
                    self.handle_event(said).await?;
                }
            }
            Some(Ok(SocketMessage::Close(frame))) => {
                let why = frame.map(|frame| frame.reason.to_string()).filter(|reason| !reason.is_empty());
                return Err(lost(&why.unwrap_or_else(|| "closed".to_owned())));
            }
            // Pings are answered by the library.
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(lost(&error.to_string())),
            None => return Err(lost("it is gone")),
        }
        Ok(None)
    }

    async fn handle_event(&mut self, said: Said) -> Result<(), Failure> {
        let told = match said {
            Said::Ready(notice) => self.teller.print_ready(self.begun, notice),
            Said::State(state) => {
                self.is_heard |= state.link == "ok";
                self.agent = state.agent.map(|agent| agent.name);
                Ok(())
            }
            Said::Clear(generation) => {
                self.ear.clear(Generation(generation));
                let report = self.ear.report();
                return self.say("played", &report).await;
            }
            Said::Turn(speaking) => {
                self.patience.record_turn(&speaking, self.now_ms);
                Ok(())
            }
            Said::Tool { is_running } => {
                self.patience.record_tool(is_running, self.now_ms);
                Ok(())
            }
            Said::Words { role, text } => {
                let name = self.agent.as_deref().filter(|_| role == "agent");
                self.teller.print_words(&role, name, &text)
            }
            Said::Ping(sign) => return self.say("pong", &sign).await,
            Said::Error(fault) if fault.fatal => return Err(lost(&fault.message)),
            Said::Error(fault) => self.teller.print_error(&fault.code, &fault.message),
            Said::Ended(_) | Said::Other => Ok(()),
        };
        told.map_err(|error| Failure::new(ErrorCode::Internal, format!("could not print: {error}")))
    }

    async fn hang_up(&mut self) -> Result<(), Failure> {
        if self.left_ms.is_some() {
            return Ok(());
        }
        self.left_ms = Some(self.now_ms);
        self.say("hangup", &json!({})).await
    }

    async fn say(&mut self, event: &str, data: &serde_json::Value) -> Result<(), Failure> {
        self.send(SocketMessage::text(events::write(event, data))).await
    }

    async fn send(&mut self, message: SocketMessage) -> Result<(), Failure> {
        match timeout(WRITE_TIMEOUT, self.socket.send(message)).await {
            Ok(sent) => sent.map_err(|error| lost(&error.to_string())),
            Err(_) => Err(lost("the hub does not read")),
        }
    }
}

fn listen_for(kind: SignalKind) -> Result<Signal, Failure> {
    let deaf = |error| Failure::new(ErrorCode::Internal, format!("could not listen for signals: {error}"));
    signal(kind).map_err(deaf)
}

fn lost(why: &str) -> Failure {
    Failure::new(ErrorCode::Unavailable, format!("the connection to the call was lost: {why}"))
}

fn unwritten(error: &std::io::Error) -> Failure {
    Failure::new(ErrorCode::Internal, format!("could not write what was heard: {error}"))
}
