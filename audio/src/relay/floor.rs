//! Floor control: the assistant, an agent, or nobody has the floor.

use super::holding::{Holder, Waiting};
use super::{
    AgentAction, EndReason, Instruction, Output, Purpose, Relay, ReleaseReason, Role, SayStage, Turn,
};
use crate::{Level, read_samples};

/// How long the call waits for an agent who was lost.
const LOST_MS: u64 = 10_000;
/// How long it waits for a person who was asked for, or who took over by text.
const PERSON_MS: u64 = 25_000;

impl Relay {
    pub(super) fn agent(&mut self, action: AgentAction, now_ms: u64, out: &mut Vec<Output>) {
        match action {
            AgentAction::Listen => self.floor.is_listened_to = true,
            AgentAction::StopListening => self.floor.is_listened_to = false,
            AgentAction::Whisper(words) => self.add_turn(Turn::Told(Instruction::Whisper(words)), out),
            AgentAction::Say(id, words) => {
                if self.floor.is_assistant() {
                    self.responses.want(Purpose::Say(id, words));
                    self.sayings.begin(id);
                    out.push(Output::Said(id, SayStage::Waiting));
                }
            }
            AgentAction::TakeBack(id) => self.take_back(id, now_ms, out),
            AgentAction::Take => self.silence(Holder::Taking, now_ms, out),
            AgentAction::TakeByText => {
                let until_ms = now_ms + PERSON_MS;
                self.silence(Holder::Nobody(Waiting::ByText { until_ms }), now_ms, out);
            }
            AgentAction::Hold => {
                if self.floor.has_agent() {
                    self.speaking.set_visitor(false);
                    self.floor.holder = Holder::Nobody(Waiting::Wanted);
                }
            }
            AgentAction::GiveBack(note) => {
                if !self.floor.is_assistant() {
                    self.give_back(Instruction::GivenBack(note), now_ms, out);
                }
            }
            AgentAction::Lost => {
                self.floor.is_listened_to = false;
                if !self.floor.is_assistant() {
                    self.speaking.set_visitor(false);
                    let until_ms = now_ms + LOST_MS;
                    self.floor.holder = Holder::Nobody(Waiting::AgentLost { until_ms });
                    self.speaking.forget_agent();
                }
            }
            AgentAction::End => self.end(EndReason::Agent, now_ms, out),
        }
    }

    /// A frame of the agent's microphone.
    pub(super) fn agent_audio(&mut self, frame: Vec<u8>, now_ms: u64, out: &mut Vec<Output>) {
        if !self.floor.has_agent() {
            return;
        }
        self.floor.holder = Holder::Agent;
        let mut samples = Vec::new();
        // Half a sample is no sound; the edge refuses such frames.
        if read_samples(&frame, &mut samples).is_ok() && !Level::of(&samples).is_silent() {
            self.speaking.record_agent(now_ms);
            self.budget.record_word(now_ms);
        }
        if self.leg.is_connected() {
            out.push(Output::PlayAgent(frame));
        }
    }

    /// A frame of the visitor's microphone: to the assistant or to the agent, and to whoever listens.
    pub(super) fn microphone(&mut self, frame: Vec<u8>, now_ms: u64, out: &mut Vec<Output>) {
        if self.uplink.is_muted() {
            return;
        }
        if self.floor.is_listened_to || self.floor.has_agent() {
            out.push(Output::Monitor(Role::Visitor, frame.clone()));
        }
        if self.floor.is_assistant() {
            self.hear(&frame, now_ms, out);
            self.uplink.push(frame, now_ms);
        } else if self.floor.has_agent() {
            self.budget.record_word(now_ms);
            self.follow_visitor(&frame);
        }
    }

    /// Lets whoever listens hear the assistant too.
    pub(super) fn monitor_reply(&self, pcm: &[u8], out: &mut Vec<Output>) {
        if self.floor.is_listened_to {
            out.push(Output::Monitor(Role::Assistant, pcm.to_vec()));
        }
    }

    pub(super) fn ask_for_person(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if self.floor.is_assistant() {
            out.push(Output::AskForPerson);
            self.person_wanted(now_ms);
        }
    }

    pub(super) fn person_wanted(&mut self, now_ms: u64) {
        if self.floor.is_assistant() {
            self.floor.person_until_ms.get_or_insert(now_ms + PERSON_MS);
        }
    }

    pub(super) fn expire_floor(&mut self, now_ms: u64, out: &mut Vec<Output>) {
        if self.floor.person_until_ms.take_if(|until| now_ms >= *until).is_some() {
            if self.links.health() == super::LinkHealth::Degraded {
                return self.end(EndReason::Error, now_ms, out);
            }
            out.push(Output::Release(ReleaseReason::NobodyCame));
            self.add_turn(Turn::Told(Instruction::NobodyCame), out);
            self.responses.want(Purpose::Answer);
        }
        match self.floor.holder {
            Holder::Nobody(Waiting::AgentLost { until_ms }) if now_ms >= until_ms => {
                if self.links.health() == super::LinkHealth::Degraded {
                    return self.end(EndReason::Error, now_ms, out);
                }
                out.push(Output::Release(ReleaseReason::AgentLost));
                self.give_back(Instruction::GivenBack("".into()), now_ms, out);
                self.responses.want(Purpose::Answer);
            }
            Holder::Nobody(Waiting::ByText { until_ms }) if now_ms >= until_ms => {
                self.end(EndReason::Agent, now_ms, out);
            }
            _ => {}
        }
    }

    /// The assistant falls silent and is no longer fed.
    fn silence(&mut self, holder: Holder, now_ms: u64, out: &mut Vec<Output>) {
        self.cut(false, now_ms, out);
        self.floor.holder = holder;
        self.floor.person_until_ms = None;
        self.responses.forget_wishes();
        self.owes_answer = false;
        self.waiting_since_ms = None;
        self.wants_greeting = false;
        self.uplink.clear();
        self.speaking.set_visitor(false);
        self.forget_hearing();
        self.script.settle_turns();
        self.cancel_delegations(out);
        // One that cannot be silenced would go on where it was when it hears again.
        if self.links.is_ready() && !self.can().can_cancel && self.can().needs_sound {
            self.disconnect_provider(now_ms, out);
        }
    }

    /// The assistant goes on, without greeting: it speaks when the visitor has.
    fn give_back(&mut self, instruction: Instruction, now_ms: u64, out: &mut Vec<Output>) {
        self.floor.holder = Holder::Assistant;
        self.speaking.forget_agent();
        self.speaking.set_visitor(false);
        self.forget_hearing();
        self.uplink.clear();
        self.add_turn(Turn::Told(instruction), out);
        self.redial(now_ms, out);
    }
}
