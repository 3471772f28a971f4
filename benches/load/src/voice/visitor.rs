//! A visitor in a call, as a browser is one: sends a microphone, plays what comes, and says what it has played.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::line::{Line, next};
use super::marks::{Clock, FRAME_BYTES, FRAME_SAMPLES};
use super::metronome::Member;
use super::playout::{Moment, Playout, Position};

/// Nothing that is waited for takes so long.
const PATIENCE: Duration = Duration::from_secs(15);
/// What was played is said every 100 ms.
const REPORT_TICKS: u64 = 5;
const HEADER_BYTES: usize = 16;
const MICROPHONE: u8 = 1;
const PLAYBACK: u8 = 2;
const FLAG_LAST: u8 = 4;
const TRACK_VISITOR: u8 = 0;
const TRACK_ASSISTANT: u8 = 1;
pub(super) const TRACK_AGENT: u8 = 2;

/// A frame of the assistant.
pub(super) struct Sound<'a> {
    pub(super) item: u16,
    pub(super) is_last: bool,
    pub(super) pcm: &'a [u8],
}

/// What a visitor says and makes of what they hear.
pub(super) trait Part {
    /// Appends the next 20 ms of the microphone.
    fn speak(&mut self, frame: &mut Vec<u8>, now_ns: u64) -> anyhow::Result<()>;
    /// Checks a frame that has come.
    fn hear(&mut self, sound: &Sound<'_>, now_ns: u64) -> anyhow::Result<()>;
    /// Checks a frame of an agent's.
    fn hear_agent(&mut self, _pcm: &[u8], _now_ns: u64) -> anyhow::Result<()> {
        bail!("no agent has this call")
    }
    /// Something begins or ends in the visitor's ear.
    fn notice(&mut self, moment: Moment);
    /// The assistant was cut when so much had been heard.
    fn cleared(&mut self, heard: Option<Position>, now_ns: u64);
}

struct State<P> {
    part: P,
    playout: Playout,
    generation: u16,
    sent: u32,
    heard: u32,
    ticks: u64,
    reported: Option<Position>,
    call_id: String,
    is_ready: bool,
    is_leaving: bool,
    ended: Option<String>,
    failure: Option<anyhow::Error>,
}

/// A visitor in a call.
pub(super) struct Visitor<P> {
    clock: Clock,
    line: RefCell<Line>,
    state: RefCell<State<P>>,
    changed: Notify,
}

impl<P: Part + 'static> Visitor<P> {
    /// Joins the call of a ticket, and waits until its provider stands.
    pub(super) async fn join(port: u16, ticket: &str, clock: Clock, part: P) -> anyhow::Result<Rc<Self>> {
        let mut line = Line::dial(port, "/ws/voice", Some("switchboard.voice.v1")).await?;
        let hello = json!({ "ticket": ticket, "rate": 24_000, "codecs": [0, 3] });
        line.post(control("hello", &hello))?;
        let state = State {
            part,
            playout: Playout::default(),
            generation: 0,
            sent: 0,
            heard: 0,
            ticks: 0,
            reported: None,
            call_id: String::new(),
            is_ready: false,
            is_leaving: false,
            ended: None,
            failure: None,
        };
        let visitor = Rc::new(Self {
            clock,
            line: RefCell::new(line),
            state: RefCell::new(state),
            changed: Notify::new(),
        });
        tokio::task::spawn_local(visitor.clone().read_on());
        visitor.until(|state| state.is_ready).await.context("a call does not begin")?;
        Ok(visitor)
    }

    /// Hangs up, and waits until the hub says so.
    pub(super) async fn hang_up(&self) -> anyhow::Result<()> {
        self.state.borrow_mut().is_leaving = true;
        self.line.borrow_mut().post(control("hangup", &json!({})))?;
        self.until(|state| state.ended.is_some()).await.context("a call does not end")?;
        let reason = self.state.borrow().ended.clone();
        ensure!(reason.as_deref() == Some("visitor"), "a call ended by {reason:?}");
        Ok(())
    }

    /// What the visitor is; for those who change or count what they do.
    pub(super) fn with_part<T>(&self, act: impl FnOnce(&mut P) -> T) -> T {
        act(&mut self.state.borrow_mut().part)
    }

    /// The call's id, as the hub has it.
    pub(super) fn call_id(&self) -> String {
        self.state.borrow().call_id.clone()
    }

    /// How often the visitor heard nothing in the middle of an item.
    pub(super) fn underruns(&self) -> u32 {
        self.state.borrow().playout.underruns()
    }

    /// Frames heard so far.
    pub(super) fn heard_frames(&self) -> u32 {
        self.state.borrow().heard
    }

    async fn until(&self, is_so: impl Fn(&State<P>) -> bool) -> anyhow::Result<()> {
        let waiting = async {
            loop {
                if let Some(failure) = self.state.borrow_mut().failure.take() {
                    return Err(failure);
                }
                if is_so(&self.state.borrow()) {
                    return Ok(());
                }
                self.changed.notified().await;
            }
        };
        timeout(PATIENCE, waiting).await?
    }

    async fn read_on(self: Rc<Self>) {
        let outcome = loop {
            let message = next(&self.line).await;
            let taken = match message {
                Some(Ok(Message::Binary(bytes))) => self.hear_sound(&bytes),
                Some(Ok(Message::Text(text))) => self.hear_control(&text),
                Some(Ok(_)) => Ok(()),
                Some(Err(error)) => break Err(error.into()),
                None => break Err(anyhow::anyhow!("the hub has hung up")),
            };
            if taken.is_err() {
                break taken;
            }
        };
        let mut state = self.state.borrow_mut();
        if state.ended.is_none() {
            state.failure = outcome.err();
        }
        drop(state);
        self.changed.notify_one();
    }

    fn hear_sound(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let now_ns = self.clock.now_ns();
        let state = &mut *self.state.borrow_mut();
        ensure!(bytes.len() == HEADER_BYTES + FRAME_BYTES, "a frame of {} bytes", bytes.len());
        let [kind, codec, flags, track, ..] = *bytes else { bail!("a frame without a header") };
        let (seq, time) = (u32_at(bytes, 4), u32_at(bytes, 8));
        let (item, generation) = (u16_at(bytes, 12), u16_at(bytes, 14));
        ensure!((kind, codec) == (PLAYBACK, 0), "a frame of kind {kind}, codec {codec}");
        ensure!(seq == state.heard, "frame {seq} came instead of {}", state.heard);
        ensure!(time == seq.wrapping_mul(FRAME_SAMPLES), "frame {seq} says it is of {time}");
        ensure!(generation == state.generation, "generation {generation} came in {}", state.generation);
        state.heard += 1;
        if track == TRACK_AGENT {
            return state.part.hear_agent(&bytes[HEADER_BYTES..], now_ns);
        }
        if track != TRACK_ASSISTANT {
            return Ok(());
        }
        let is_last = flags & FLAG_LAST != 0;
        state.part.hear(&Sound { item, is_last, pcm: &bytes[HEADER_BYTES..] }, now_ns)?;
        state.playout.push(item, is_last);
        state.advance(now_ns);
        Ok(())
    }

    fn hear_control(&self, text: &str) -> anyhow::Result<()> {
        let frame: Value = serde_json::from_str(text)?;
        let data = &frame["data"];
        match frame["event"].as_str().unwrap_or_default() {
            "clear" => {
                let generation = data["generation"].as_u64().and_then(|number| u16::try_from(number).ok());
                self.clear(generation.context("a clear without a generation")?)?;
            }
            "ready" => {
                self.state.borrow_mut().call_id = data["call_id"].as_str().unwrap_or_default().to_owned();
            }
            "ping" => self.line.borrow_mut().post(control("pong", data))?,
            "state" if data["link"] == "ok" => self.state.borrow_mut().is_ready = true,
            "state" if data["link"] == "degraded" => bail!("the hub has given the provider up"),
            "ended" => {
                let reason = data["reason"].as_str().unwrap_or_default().to_owned();
                self.state.borrow_mut().ended = Some(reason);
            }
            "error" => bail!("the hub complains: {data}"),
            _ => {}
        }
        self.changed.notify_one();
        Ok(())
    }

    fn clear(&self, generation: u16) -> anyhow::Result<()> {
        let now_ns = self.clock.now_ns();
        let state = &mut *self.state.borrow_mut();
        ensure!(generation == state.generation.wrapping_add(1), "a clear to generation {generation}");
        state.generation = generation;
        state.advance(now_ns);
        let heard = state.playout.position();
        state.playout.clear();
        // What the end of the call cuts is nobody's interruption.
        if !state.is_leaving {
            state.part.cleared(heard, now_ns);
        }
        self.line.borrow_mut().post(state.report())
    }
}

impl<P: Part> State<P> {
    fn advance(&mut self, now_ns: u64) {
        for moment in self.playout.advance(now_ns) {
            self.part.notice(moment);
        }
    }

    fn report(&mut self) -> Message {
        let position = self.playout.position();
        self.reported = position;
        let Position { item, samples } = position.unwrap_or(Position { item: 0, samples: 0 });
        control(
            "played",
            &json!({
                "generation": self.generation,
                "item": item,
                "samples": samples,
                "buffered_ms": self.playout.buffered_ms(),
                "underruns": self.playout.underruns(),
            }),
        )
    }
}

impl<P: Part + 'static> Member for Visitor<P> {
    fn tick(&self) -> anyhow::Result<()> {
        let state = &mut *self.state.borrow_mut();
        if let Some(failure) = state.failure.take() {
            return Err(failure);
        }
        ensure!(state.ended.is_none(), "a call ended by {:?}", state.ended);
        let line = &mut *self.line.borrow_mut();
        line.flush()?;
        state.ticks += 1;
        let mut frame = microphone(TRACK_VISITOR, state.sent);
        state.sent += 1;
        let now_ns = self.clock.now_ns();
        state.part.speak(&mut frame, now_ns)?;
        line.post(Message::binary(frame))?;
        state.advance(now_ns);
        let has_news = state.playout.is_playing() || state.playout.position() != state.reported;
        if state.ticks.is_multiple_of(REPORT_TICKS) && has_news {
            let report = state.report();
            line.post(report)?;
        }
        Ok(())
    }
}

/// The header of a microphone's frame, with room for its sound.
pub(super) fn microphone(track: u8, seq: u32) -> Vec<u8> {
    let mut frame = Vec::with_capacity(HEADER_BYTES + FRAME_BYTES);
    frame.extend_from_slice(&[MICROPHONE, 0, 0, track]);
    frame.extend_from_slice(&seq.to_le_bytes());
    frame.extend_from_slice(&seq.wrapping_mul(FRAME_SAMPLES).to_le_bytes());
    frame.extend_from_slice(&[0; 4]);
    frame
}

pub(super) fn control(event: &str, data: &Value) -> Message {
    Message::text(json!({ "event": event, "data": data }).to_string())
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
