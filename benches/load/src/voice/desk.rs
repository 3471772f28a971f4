//! An agent who listens to a call, takes it while the assistant talks, speaks, and gives it back.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::line::{Line, read_texts};
use super::marks::{Clock, Mark};
use super::metronome::{Member, TICKS_PER_SECOND};
use super::talker::Talker;
use super::visitor::{TRACK_AGENT, Visitor, control, microphone};
use crate::server::Server;

/// How long the agent speaks.
const SPEECH_TICKS: u64 = TICKS_PER_SECOND;
/// The assistant has the call again within so long, or never.
const RETURN_TICKS: u64 = 5 * TICKS_PER_SECOND;
/// A visitor who is to be taken hears the assistant within so long, or never.
const TURN_TICKS: u64 = 30 * TICKS_PER_SECOND;

#[derive(Clone, Copy)]
enum Does {
    /// Waits for the assistant to be in the middle of an answer, at most so long.
    Listens(u64),
    /// Has the call, or is about to, and speaks for so long.
    Speaks(u64),
    /// Has given it back, and waits for the hub to say so, at most so long.
    Returns(u64),
    /// No take-over is left.
    IsDone,
}

struct State {
    does: Does,
    sent: u32,
    floor: String,
    failure: Option<anyhow::Error>,
}

/// An agent in a call.
pub(super) struct Desk {
    clock: Clock,
    line: RefCell<Line>,
    state: RefCell<State>,
    visitor: Rc<Visitor<Talker>>,
    left: Arc<AtomicU32>,
}

impl Desk {
    /// Sits down in a call; take-overs are made as long as `left` has some.
    pub(super) async fn join(
        server: &Server,
        token: &str,
        clock: Clock,
        visitor: Rc<Visitor<Talker>>,
        left: Arc<AtomicU32>,
    ) -> anyhow::Result<Rc<Self>> {
        let ticket = server.leg(token, &visitor.call_id()).await?;
        let mut line = Line::dial(server.port, "/ws/voice", Some("switchboard.voice.v1")).await?;
        line.post(control("hello", &json!({ "ticket": ticket, "rate": 24_000, "codecs": [0, 3] })))?;
        let state =
            State { does: Does::Listens(TURN_TICKS), sent: 0, floor: "assistant".to_owned(), failure: None };
        let desk =
            Rc::new(Self { clock, line: RefCell::new(line), state: RefCell::new(state), visitor, left });
        tokio::task::spawn_local(desk.clone().read_on());
        Ok(desk)
    }

    /// Whether it has nothing left to do.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.state.borrow().does, Does::IsDone)
    }

    async fn read_on(self: Rc<Self>) {
        let failure = read_texts(&self.line, |text| self.hear(text), "the hub has hung up on an agent").await;
        self.state.borrow_mut().failure = Some(failure);
    }

    fn hear(&self, text: &str) -> anyhow::Result<()> {
        let frame: Value = serde_json::from_str(text)?;
        let data = &frame["data"];
        match frame["event"].as_str().unwrap_or_default() {
            "state" => {
                self.state.borrow_mut().floor = data["floor"].as_str().context("no floor")?.to_owned();
            }
            "ping" => self.line.borrow_mut().post(control("pong", data))?,
            "error" => bail!("the hub complains to an agent: {data}"),
            "ended" => bail!("a call ended under an agent: {data}"),
            _ => {}
        }
        Ok(())
    }

    /// Whether there is a take-over left, which is now this desk's.
    fn may_take(&self) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }

    fn speak(&self, state: &mut State, now_ns: u64) -> anyhow::Result<()> {
        let mut frame = microphone(TRACK_AGENT, state.sent);
        Mark { call: 0, number: state.sent, word: 1, at_ns: now_ns }.write(&mut frame);
        state.sent += 1;
        self.line.borrow_mut().post(Message::binary(frame))
    }
}

impl Member for Desk {
    fn tick(&self) -> anyhow::Result<()> {
        let state = &mut *self.state.borrow_mut();
        if let Some(failure) = state.failure.take() {
            return Err(failure);
        }
        self.line.borrow_mut().flush()?;
        state.does = match state.does {
            Does::IsDone => Does::IsDone,
            Does::Listens(_) if self.visitor.with_part(|part| part.is_ripe()) => {
                if self.may_take() {
                    let now_ns = self.clock.now_ns();
                    self.visitor.with_part(|part| part.begin_take(now_ns, state.sent));
                    self.line.borrow_mut().post(control("take", &json!({})))?;
                    self.speak(state, now_ns)?;
                    Does::Speaks(SPEECH_TICKS)
                } else {
                    Does::IsDone
                }
            }
            Does::Listens(left) => {
                ensure!(left > 0, "the assistant of a call that is to be taken says nothing");
                Does::Listens(left - 1)
            }
            Does::Speaks(0) => {
                self.visitor.with_part(Talker::end_take)?;
                self.line.borrow_mut().post(control("give_back", &json!({})))?;
                Does::Returns(RETURN_TICKS)
            }
            Does::Speaks(left) => {
                self.speak(state, self.clock.now_ns())?;
                Does::Speaks(left - 1)
            }
            Does::Returns(_) if state.floor == "assistant" => {
                self.visitor.with_part(Talker::go_on);
                Does::Listens(TURN_TICKS)
            }
            Does::Returns(left) => {
                ensure!(left > 0, "a call is not given back");
                Does::Returns(left - 1)
            }
        };
        Ok(())
    }
}
