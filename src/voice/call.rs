//! One call: the task that polls its parts and lets the relay decide.
//!
//! Everything that happens is an input of the relay (`inputs`), and what it puts out is carried out in order
//! (`outputs`). Nothing here waits: sockets are polled, what a slow one does not take is queued within bounds, and work
//! that takes time (the store, tools, dialling) is done by other tasks that come back as [`Control`].

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll};

use audio::relay::{AgentAction, Event, Floor, Input, LinkHealth, Loss, Relay};
use rooms::User;
use tokio::sync::mpsc;

use super::control::Control;
use super::desk::Desk;
use super::leg::Received;
use super::legs::Legs;
use super::links::Links;
use super::live::LiveCall;
use super::overhearing::Overhearing;
use super::plan::Plan;
use super::recording::Recorder;
use super::registry::Shared;
use super::running_tasks::RunningTasks;
use super::sayings::Sayings;
use super::scribe::JobQueue;
use super::timing::Pace;
use super::transcript::Transcript;
use super::wire_names::{floor_name, health_name};
use crate::providers::realtime::Heard;
use crate::telemetry::trace::Span;
use crate::wire::{VoiceDown, VoiceSign, VoiceState};

/// Maximum messages read from one source per round.
const READS_MAX: usize = 16;
/// Maximum rounds per poll, so that other tasks run.
const ROUNDS_MAX: usize = 8;

/// The task of one call.
pub(super) struct CallTask {
    pub(super) shared: Arc<Shared>,
    pub(super) live: LiveCall,
    pub(super) plan: Plan,
    pub(super) relay: Relay,
    /// Inputs that follow from carrying something out; decided on after it.
    pub(super) pending: VecDeque<Input>,
    /// How the relay last said that the call is.
    pub(super) shown: (Floor, LinkHealth),
    pub(super) legs: Legs,
    pub(super) links: Links,
    pub(super) desk: Desk,
    pub(super) sayings: Sayings,
    pub(super) transcript: Transcript,
    pub(super) overhearing: Overhearing,
    pub(super) pace: Pace,
    pub(super) jobs: JobQueue,
    /// What the assistant is answering for the voice.
    pub(super) running_tasks: RunningTasks,
    control: mpsc::Receiver<Control>,
    /// The span of the call, which ends with it.
    pub(super) traced: Span,
}

/// What [`CallTask::new`] takes.
pub(super) struct CallParts {
    pub(super) shared: Arc<Shared>,
    pub(super) live: LiveCall,
    pub(super) plan: Plan,
    pub(super) relay: Relay,
    pub(super) links: Links,
    pub(super) overhearing: Overhearing,
    pub(super) jobs: JobQueue,
    pub(super) control: mpsc::Receiver<Control>,
    pub(super) agent: Option<User>,
    pub(super) recorder: Option<Recorder>,
    pub(super) traced: Span,
}

impl CallTask {
    pub(super) fn new(parts: CallParts) -> Self {
        Self {
            transcript: Transcript::new(parts.live.facts.visitor.clone()),
            shared: parts.shared,
            live: parts.live,
            plan: parts.plan,
            relay: parts.relay,
            pending: VecDeque::new(),
            shown: (Floor::Assistant, LinkHealth::Reconnecting),
            legs: Legs::new(parts.recorder),
            links: parts.links,
            desk: Desk::new(parts.agent),
            sayings: Sayings::default(),
            overhearing: parts.overhearing,
            pace: Pace::new(),
            jobs: parts.jobs,
            running_tasks: RunningTasks::default(),
            control: parts.control,
            traced: parts.traced,
        }
    }

    /// Runs until the call is over and everybody has been told.
    pub(super) async fn run(mut self) {
        if self.desk.agent().is_some() {
            self.apply(Input::Agent(AgentAction::TakeByText));
        }
        std::future::poll_fn(|cx| self.poll(cx)).await;
        self.overhearing.cancel();
        self.jobs.write_all(self.transcript.give_up_late());
        self.shared.forget(&self.live);
    }

    /// Lets the relay decide, and carries out what it decides.
    pub(super) fn apply(&mut self, input: Input) {
        self.pending.push_back(input);
        while let Some(input) = self.pending.pop_front() {
            let now_ms = self.pace.now_ms();
            for output in self.relay.apply(input, now_ms) {
                self.carry_out(output);
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..ROUNDS_MAX {
            let mut is_busy = self.poll_control(cx);
            is_busy |= self.poll_links(cx);
            is_busy |= self.poll_legs(cx);
            is_busy |= self.poll_timer(cx);
            is_busy |= self.poll_writes(cx);
            if self.is_finished() {
                return Poll::Ready(());
            }
            if !is_busy {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Whether the call is over and nobody has anything left to read or to write down, or has had the time.
    fn is_finished(&self) -> bool {
        let has_words = self.transcript.awaits_words() || self.overhearing.is_running();
        self.pace.is_ended() && (self.legs.are_gone() && !has_words || self.pace.is_farewell_over())
    }

    fn poll_control(&mut self, cx: &mut Context<'_>) -> bool {
        let mut is_busy = false;
        for _ in 0..READS_MAX {
            let Poll::Ready(Some(control)) = self.control.poll_recv(cx) else { break };
            is_busy = true;
            self.handle_control(control);
        }
        is_busy
    }

    fn poll_links(&mut self, cx: &mut Context<'_>) -> bool {
        let (mut is_busy, mut at) = (false, 0);
        let mut heard = Vec::new();
        while let Some(read) = self.links.read(at, cx, &mut heard) {
            is_busy |= read.is_busy;
            for one in heard.drain(..) {
                self.handle_link(read.link, one);
            }
            if read.stands {
                at += 1;
            } else {
                self.links.forget(read.link);
            }
        }
        is_busy
    }

    fn poll_legs(&mut self, cx: &mut Context<'_>) -> bool {
        let mut is_busy = false;
        for at in 0..self.legs.count() {
            for _ in 0..READS_MAX {
                let (hub, pace) = (&self.shared.parts.hub, &self.pace);
                let read = self.legs.poll_read(at, cx, || (hub.base().now(), pace.now_ms()));
                let Poll::Ready((leg, received)) = read else { break };
                is_busy = true;
                let has_ended = matches!(received, Received::Ended);
                self.handle_leg(leg, received);
                if has_ended {
                    break;
                }
            }
        }
        is_busy
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> bool {
        let has_fired = self.pace.poll_fired(cx);
        if has_fired {
            self.apply(Input::Tick);
            if let Some(id) = self.pace.due_ping() {
                for leg in self.legs.silent_since(self.pace.alive_since_ms()) {
                    self.remove_leg(leg);
                }
                self.legs.send_to_all(&VoiceDown::Ping(VoiceSign { id, time: 0.0 }));
                self.legs.forget_absent_agents(self.pace.now_ms());
            }
        }
        self.pace.rearm(self.relay.next_deadline(), has_fired, cx)
    }

    fn poll_writes(&mut self, cx: &mut Context<'_>) -> bool {
        let (legs, links) = (self.legs.poll_write(cx), self.links.poll_write(cx));
        let has_failed = !legs.is_empty() || !links.is_empty();
        for leg in legs {
            self.remove_leg(leg);
        }
        for link in links {
            self.handle_link(link, Heard::Event(Event::Lost(Loss::Passing)));
        }
        has_failed
    }

    /// How many agents listen; who has the call speaks.
    fn listener_count(&self) -> usize {
        self.legs.listener_count(self.desk.holder())
    }

    /// How the call is, as everybody sees it.
    pub(super) fn state(&self) -> VoiceState {
        let (floor, health) = self.shown;
        VoiceState {
            floor: if self.desk.is_handing_back() { "releasing" } else { floor_name(floor) },
            agent: self.desk.agent().map(Into::into),
            listening: self.listener_count() > 0,
            duplex: self.links.is_duplex(),
            link: health_name(health),
        }
    }

    /// Lets everybody inside and outside know how the call is.
    pub(super) fn show(&mut self) {
        let (state, listener_count) = (self.state(), self.listener_count());
        {
            let mut standing = self.live.standing.lock().unwrap_or_else(PoisonError::into_inner);
            standing.floor = state.floor;
            standing.link = state.link;
            standing.agent = self.desk.agent().cloned();
            standing.listener_count = listener_count;
        }
        self.legs.send_to_all(&VoiceDown::State(state));
    }
}
