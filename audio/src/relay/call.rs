//! State of a call: dispatches inputs and runs the steps common to all of them.

use std::sync::Arc;

use super::delegations::{DELEGATED, Delegations};
use super::holding::Holding;
use super::links::{Links, Stage};
use super::listening::Listening;
use super::responses::Responses;
use super::sayings::Sayings;
use super::script::Script;
use super::tools::Tools;
use super::uplink::Uplink;
use super::{
    Clip, Command, EndReason, Floor, Input, LinkHealth, LinkId, Outcome, Output, Purpose, Role, Rules,
    SayStage, Sensitivity, ToolStage, Turn,
};
use crate::{Budget, FRAME_MS, Line, Speaking, UtteranceId};

/// How long a visitor's leg may be gone.
const GRACE_MS: u64 = 30_000;

/// So much of the assistant has to be heard until echo cancellers know the room.
const SETTLE_MS: u64 = 3_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leg {
    Awaited,
    Connected,
    Lost { until_ms: u64, since_ms: u64 },
}

impl Leg {
    pub(super) fn is_connected(self) -> bool {
        self == Self::Connected
    }
}

/// One call. [`Relay::apply`] decides; the task that owns it carries out.
#[derive(Debug)]
pub struct Relay {
    pub(super) rules: Rules,
    pub(super) links: Links,
    pub(super) uplink: Uplink,
    pub(super) line: Line,
    pub(super) responses: Responses,
    pub(super) sayings: Sayings,
    pub(super) hearing: Listening,
    pub(super) tools: Tools,
    pub(super) delegations: Delegations,
    pub(super) script: Script,
    pub(super) speaking: Speaking,
    pub(super) budget: Budget,
    pub(super) floor: Holding,
    pub(super) leg: Leg,
    /// When the browser's exact word on a cut is no longer waited for.
    pub(super) cut_until_ms: Option<u64>,
    /// The visitor has said something that no reply has answered to its end.
    pub(super) owes_answer: bool,
    pub(super) wants_greeting: bool,
    /// Since when the visitor waits for the first sound of an answer.
    pub(super) waiting_since_ms: Option<u64>,
    /// The last response failed, and is being tried once more.
    pub(super) has_failed: bool,
    /// Echo cancellers have had their time.
    pub(super) is_settled: bool,
    pub(super) is_over: bool,
    spoken_ms: u64,
    is_reading: bool,
    shown: Option<(Floor, LinkHealth)>,
}

impl Relay {
    /// A call that begins now; it dials once the visitor's leg is there.
    #[must_use]
    pub fn new(rules: Rules, now_ms: u64) -> Self {
        Self {
            links: Links::new(),
            uplink: Uplink::new(rules.frames_per_append, now_ms),
            line: Line::default(),
            responses: Responses::default(),
            sayings: Sayings::default(),
            hearing: Listening::default(),
            tools: Tools::default(),
            delegations: Delegations::default(),
            script: Script::default(),
            speaking: Speaking::default(),
            budget: Budget::new(rules.limits, now_ms),
            floor: Holding::new(),
            leg: Leg::Awaited,
            cut_until_ms: None,
            owes_answer: false,
            wants_greeting: rules.greets,
            waiting_since_ms: None,
            has_failed: false,
            is_settled: false,
            is_over: false,
            spoken_ms: 0,
            is_reading: true,
            shown: None,
            rules,
        }
    }

    /// Says what is to be done after `input`, in order. After the end of the call nothing is.
    pub fn apply(&mut self, input: Input, now_ms: u64) -> Vec<Output> {
        let mut out = Vec::new();
        if self.is_over {
            return out;
        }
        // Events of an abandoned connection only advance the clock.
        let input = if input.is_stale(self) { Input::Tick } else { input };
        self.handle(input, now_ms, &mut out);
        if !self.is_over {
            self.expire(now_ms, &mut out);
        }
        if !self.is_over {
            self.follow(now_ms, &mut out);
        }
        out
    }

    /// When [`Input::Tick`] has something to do, if nothing else happens.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        if self.is_over {
            return None;
        }
        let leg = match self.leg {
            Leg::Lost { until_ms, .. } => Some(until_ms),
            Leg::Awaited | Leg::Connected => None,
        };
        let fill = self.may_fill().then(|| self.uplink.fill_deadline(self.can().needs_sound));
        // A late response is noticed over a connection that stands only.
        let responses = self.responses.next_deadline().filter(|_| self.links.is_ready());
        let retry = self.responses.retry_deadline().filter(|_| self.links.is_ready());
        [
            leg,
            self.absence_deadline(),
            fill,
            responses,
            retry,
            self.cut_until_ms,
            self.links.next_deadline(),
            self.tools.next_deadline(),
            self.delegations.next_deadline(),
            self.script.next_deadline(),
            self.speaking.next_deadline(),
            self.floor.next_deadline(),
            Some(self.budget.next_deadline()),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Takes in what was said before the call, for the model alone. To be called before anything else.
    pub fn remember(&mut self, turn: Turn) {
        self.script.append(turn);
    }

    /// What was said and done, the oldest first.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.script.turns()
    }

    /// What of the words that the assistant is saying now has been heard so far.
    #[must_use]
    pub fn heard_words(&self) -> Option<(UtteranceId, &str)> {
        let (id, played, received) = self.line.progress()?;
        self.script.heard_words(id, played, received).map(|words| (id, words))
    }

    /// Whether the assistant has the call.
    #[must_use]
    pub fn is_with_assistant(&self) -> bool {
        self.floor.is_assistant()
    }

    /// Whether the call is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether anything is to be heard over this connection, or was to be.
    #[must_use]
    pub fn wants_link(&self, link: LinkId) -> bool {
        !self.is_over && self.is_current(link)
    }

    /// Whether nobody is speaking or being heard.
    pub(super) fn is_quiet(&self) -> bool {
        self.line.is_empty() && !self.speaking.is_visitor()
    }

    fn handle(&mut self, input: Input, now_ms: u64, out: &mut Vec<Output>) {
        match input {
            Input::LegConnected => self.leg_connected(now_ms, out),
            Input::LegLost => {
                if self.leg.is_connected() {
                    self.leg = Leg::Lost { until_ms: now_ms + GRACE_MS, since_ms: now_ms };
                    self.settle_cut(out);
                }
            }
            Input::HangUp => self.end(EndReason::Visitor, now_ms, out),
            Input::Mute => self.uplink.set_muted(true, now_ms),
            Input::Unmute => self.uplink.set_muted(false, now_ms),
            Input::Microphone(frame) => self.microphone(frame, now_ms, out),
            Input::Played(played) => self.played(played, now_ms, out),
            Input::Typed(words) => self.typed(words, now_ms, out),
            Input::Upstream(link, event) => self.upstream(link, event, now_ms, out),
            Input::ToolEnded(call, outcome) => {
                let stage =
                    if matches!(outcome, Outcome::Done(_)) { ToolStage::Done } else { ToolStage::Failed };
                if let Some(task) = self.delegations.end(&call, outcome.clone()) {
                    if !task.is_written {
                        out.push(Output::Tool(DELEGATED.into(), stage));
                    }
                } else if let Some(name) = self.tools.end(&call, outcome) {
                    out.push(Output::Tool(name, stage));
                }
            }
            Input::DelegationWords(call, words) => self.delegation_words(&call, &words, now_ms, out),
            Input::AgentAudio(frame) => self.agent_audio(frame, now_ms, out),
            Input::Agent(action) => self.agent(action, now_ms, out),
            Input::Overheard(role, item, what) => self.overheard(role, item, what, now_ms, out),
            Input::PersonWanted => self.person_wanted(now_ms),
            Input::PersonUnwanted => self.floor.forget_person(),
            Input::Spent(nano_usd) => self.budget.spend(nano_usd),
            Input::OrgLimitReached => self.budget.exhaust(),
            Input::Tick => {}
        }
    }

    fn leg_connected(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if !self.line.is_empty() {
            out.push(Output::Clear(self.line.rewind()));
        }
        self.leg = Leg::Connected;
        if self.links.stage == Stage::Unused {
            self.dial(now_ms, out);
        }
    }

    fn typed(&mut self, words: Arc<str>, now_ms: u64, out: &mut Vec<Output>) {
        self.budget.record_word(now_ms);
        self.add_turn(Turn::Said(Role::Visitor, words), out);
        if self.floor.is_assistant() {
            self.cut(false, now_ms, out);
            self.owes_answer = true;
            self.responses.want(Purpose::Answer);
        }
    }

    /// Whether a gap in the microphone has to be filled: in a turn, or where sound is the provider's clock.
    fn may_fill(&self) -> bool {
        let is_wanted = self.speaking.is_visitor() || self.can().needs_sound;
        self.links.is_ready() && self.floor.is_assistant() && is_wanted
    }

    fn fill_gap(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if self.may_fill() {
            let filled_ms = self.uplink.fill(now_ms, self.can().needs_sound);
            self.hear_gap(filled_ms, now_ms, out);
        }
    }

    /// When the provider is disconnected, as nobody is there who is spoken with.
    fn absence_deadline(&self) -> Option<u64> {
        let Leg::Lost { since_ms, .. } = self.leg else { return None };
        let is_paying = self.floor.is_assistant() && self.links.stage.is_under_way();
        is_paying.then_some(since_ms + self.rules.absent_ms)
    }

    fn expire(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if matches!(self.leg, Leg::Lost { until_ms, .. } if now_ms >= until_ms) {
            return self.end(EndReason::Visitor, now_ms, out);
        }
        if self.cut_until_ms.is_some_and(|until| now_ms >= until) {
            self.settle_cut(out);
        }
        self.expire_links(now_ms, out);
        for name in self.tools.expire(now_ms) {
            out.push(Output::Tool(name, ToolStage::Failed));
        }
        if self.tools.wants_filler(now_ms) && self.line.is_empty() && self.floor.is_assistant() {
            out.push(Output::Clip(Clip::Filler));
        }
        if self.script.expire(Some(now_ms)) {
            self.uplink.forget_committed();
        }
        self.expire_delegations(now_ms, out);
        self.fill_gap(now_ms, out);
        self.expire_floor(now_ms, out);
        if !self.is_over && self.absence_deadline().is_some_and(|due| now_ms >= due) {
            self.disconnect_provider(now_ms, out);
        }
    }

    fn follow(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        self.return_results(out);
        self.return_delegations(out);
        self.rotate(now_ms, out);
        // This change may mean that the gap in a turn belongs to the assistant's context.
        self.fill_gap(now_ms, out);
        self.send_sound(out);
        self.ask_for_response(now_ms, out);
        self.release_uplink(out);
        self.drop_sayings(out);
        self.write_down(out);
        self.speaking.set_assistant(self.line.is_playing());
        out.extend(self.speaking.changed(now_ms).map(Output::Turn));
        let state = (self.floor.shown(), self.health());
        if self.shown.replace(state) != Some(state) {
            out.push(Output::State(state.0, state.1));
        }
        let may_read = self.line.may_read();
        if std::mem::replace(&mut self.is_reading, may_read) != may_read {
            out.push(Output::Read(may_read));
        }
        self.check_budget(now_ms, out);
    }

    pub(super) fn send_sound(&mut self, out: &mut Vec<Output>) {
        if !self.links.is_ready() || !self.floor.is_assistant() {
            return;
        }
        while let Some(pcm) = self.uplink.take() {
            self.send(Command::Append(pcm), out);
        }
        if !self.speaking.is_visitor() {
            self.uplink.relax();
        }
    }

    fn ask_for_response(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        let may_speak = self.links.is_ready()
            && self.floor.is_assistant()
            && !self.speaking.is_visitor()
            && self.cut_until_ms.is_none();
        if may_speak && let Some((tag, purpose)) = self.responses.next_request(now_ms) {
            self.send(Command::Respond(tag, purpose), out);
        }
    }

    fn release_uplink(&mut self, out: &mut Vec<Output>) {
        if !self.leg.is_connected() {
            return;
        }
        while let Some(frame) = self.line.next_frame() {
            if frame.is_first
                && let Some(id) = self.sayings.take_spoken(frame.utterance)
            {
                out.push(Output::Said(id, SayStage::Speaking));
            }
            self.monitor_reply(&frame.pcm, out);
            out.push(Output::Play(frame));
            self.spoken_ms += u64::from(FRAME_MS);
        }
        if !self.is_settled && self.spoken_ms >= SETTLE_MS {
            self.is_settled = true;
            self.send(Command::SetSensitivity(Sensitivity::Normal), out);
        }
    }
}
