//! Commands of agents in a call. Taking and giving back are the conversation's compare-and-set, as in text.

use std::sync::Arc;

use audio::relay::{AgentAction, Input, SayId};
use rooms::User;

use super::call::CallTask;
use super::control::{Act, Control};
use super::leg::LegId;
use super::scribe::Job;
use crate::hub::{Actor, Command};
use crate::limits::Source;
use crate::refusal::ServiceError;
use crate::wire::{ErrorCode, VoiceUp};

impl CallTask {
    pub(super) fn handle_agent_command(&mut self, leg: LegId, said: VoiceUp) {
        let Some(user) = self.legs.get(leg).map(|one| one.principal.user.clone()) else { return };
        match said {
            VoiceUp::Listen => {
                self.legs.listen(leg);
                self.sync_listening();
                self.show();
            }
            VoiceUp::Whisper(words) => {
                let text: Arc<str> = words.into();
                self.jobs.write(Job::Whispered { agent: user, text: text.clone() });
                self.apply(Input::Agent(AgentAction::Whisper(text)));
            }
            VoiceUp::Say(words) => self.say(leg, user, words.into()),
            VoiceUp::TakeBack(id) if self.relay.can_take_back(SayId(id)) => {
                self.apply(Input::Agent(AgentAction::TakeBack(SayId(id))));
            }
            VoiceUp::TakeBack(_) => {
                self.legs.complain(
                    leg,
                    ErrorCode::Conflict,
                    "the visitor hears these words already, or nobody will",
                );
            }
            VoiceUp::Take => self.take(leg),
            VoiceUp::GiveBack(note) => {
                if self.desk.begin_hand_back(user.id, note.into()) {
                    self.show();
                }
                self.ask_conversation(leg, Act::GiveBack);
            }
            VoiceUp::Hold if self.desk.is_holder(leg) => self.apply(Input::Agent(AgentAction::Hold)),
            VoiceUp::Hold => self.legs.complain(leg, ErrorCode::NotHolder, "take the call first"),
            VoiceUp::End => self.end_by(user),
            VoiceUp::Played(_)
            | VoiceUp::Mute
            | VoiceUp::Unmute
            | VoiceUp::Hangup
            | VoiceUp::Ping(_)
            | VoiceUp::Pong
            | VoiceUp::Unknown => {}
        }
    }

    /// Lets the assistant's voice say words of an agent.
    fn say(&mut self, leg: LegId, by: User, words: Arc<str>) {
        if !self.relay.is_with_assistant() {
            return self.legs.complain(leg, ErrorCode::Conflict, "the assistant does not have the call");
        }
        let Some(id) = self.sayings.add(by, words.clone()) else {
            return self.legs.complain(
                leg,
                ErrorCode::RateLimited,
                "other words wait to be said; take one back or wait",
            );
        };
        self.apply(Input::Agent(AgentAction::Say(id, words)));
    }

    pub(super) fn take(&mut self, leg: LegId) {
        if self.desk.is_holder(leg) {
            // Back from hold.
            self.apply(Input::Agent(AgentAction::Take));
        } else {
            self.ask_conversation(leg, Act::Take);
        }
    }

    /// Asks for an act in the name of whose leg it is; the answer comes back as control.
    fn ask_conversation(&self, leg: LegId, act: Act) {
        let Some(principal) = self.legs.get(leg).map(|one| one.principal.clone()) else { return };
        let (hub, control) = (self.shared.parts.hub.clone(), self.live.control.clone());
        let conversation = self.live.facts.conversation;
        self.shared.spawn(async move {
            let source = Source::Token(&principal.credential);
            let command = match act {
                Act::Take => Command::take_over(None, None),
                Act::GiveBack => Command::Release { to: None, reason: None },
            };
            let actor = Actor::Caller { principal: &principal, source, connection: None };
            let outcome = hub.act(actor, conversation, command).await.map(drop);
            // A call that has ended cannot be taken or given back.
            let _ended = control.send(Control::Acted { leg, act, outcome }).await;
        });
    }

    pub(super) fn acted(&mut self, leg: LegId, act: Act, outcome: Result<(), ServiceError>) {
        let Some(user) = self.legs.get(leg).map(|one| one.principal.user.clone()) else { return };
        if let Err(error) = outcome {
            if act == Act::GiveBack && self.desk.refuse_hand_back(user.id) {
                self.show();
            }
            let facts = &self.live.facts;
            let error = error.report_in(|| {
                tracing::error_span!("call", org.id = %facts.org, conversation.id = %facts.conversation, call.id = %facts.id)
            });
            return self.legs.complain(leg, error.code, error.message);
        }
        match act {
            Act::Take => {
                self.desk.take(user, leg);
                self.legs.listen(leg);
                self.apply(Input::Agent(AgentAction::Take));
                self.sync_listening();
                self.show();
            }
            Act::GiveBack if self.desk.is_agent(user.id) => self.hand_back(),
            // Its echo was here before, and somebody else may have the call by now.
            Act::GiveBack => {}
        }
    }

    /// The assistant has the call again.
    pub(super) fn hand_back(&mut self) {
        let told = self.desk.hand_back();
        if !self.relay.is_with_assistant() {
            self.apply(Input::Agent(AgentAction::GiveBack(told)));
            self.show();
        }
    }
}
