//! What agents do in a call, and what happens in its conversation meanwhile.

use std::sync::Arc;

use audio::relay::{AgentAction, Event as Upstreams, Input};
use rooms::{Body, ClosedBy, Content, Entry, Event, UserKind};

use super::call::CallTask;
use super::control::{Act, Control};
use super::leg::LegId;
use super::scribe::Job;
use crate::hub::{Noted, Takeover};
use crate::wire::{CloseCode, ErrorCode, VoiceUp, WireError};

/// Messages of an agent that the assistant is told at hand-back.
const AGENT_WORDS_MAX: usize = 20;

impl CallTask {
    pub(super) fn hear_control(&mut self, control: Control) {
        match control {
            Control::Sit { socket, rate, coming } => self.sit(*socket, rate, coming),
            Control::Dialled { link, outcome } => {
                let event = match outcome {
                    Ok(upstream) => {
                        let can = upstream.dialect.capabilities();
                        self.upstreams.push(*upstream);
                        Upstreams::Connected(can)
                    }
                    Err(loss) => Upstreams::Lost(loss),
                };
                self.apply(Input::Upstream(link, event));
                // One that came too late is no longer wanted.
                if !self.relay.wants_link(link) {
                    self.drop_link(link);
                }
            }
            Control::ToolEnded { call, outcome } => self.apply(Input::ToolEnded(call, outcome)),
            Control::Spent { nano_usd, is_over } => {
                self.cost_nano_usd += nano_usd;
                // The org has reached a limit with all its calls together: this one is at its own.
                self.apply(Input::Spent(if is_over { u64::MAX / 2 } else { nano_usd }));
                self.show_cost();
            }
            Control::Overheard { person, role, item, what } => self.hear_aside(person, role, item, what),
            Control::Noted(noted) => self.note(&noted),
            Control::Acted { seat, act, outcome } => self.acted(seat, act, outcome),
            Control::Revoked { subject } => self.revoke(&subject),
            Control::End { by } => self.end_by(by),
        }
    }

    /// Whoever may no longer be here goes; a visitor takes the call along.
    fn revoke(&mut self, subject: &str) {
        let facts = self.live.facts.clone();
        if subject.strip_prefix("call:") == Some(facts.id.to_string().as_str()) {
            return self.end_by(rooms::User::system());
        }
        for at in 0..self.seats.len() {
            if !self.seats[at].principal.is_ended_by(facts.org, subject) {
                continue;
            }
            self.seats[at].is_revoked = true;
            self.seats[at].close(Some(CloseCode::Forbidden));
            if self.seats[at].is_visitor {
                return self.end_by(rooms::User::system());
            }
        }
    }

    fn show_cost(&mut self) {
        let mut standing = self.live.standing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        standing.cost_nano_usd = self.cost_nano_usd;
    }

    fn end_by(&mut self, by: rooms::User) {
        let is_visitor = by.kind == UserKind::Visitor;
        self.ended_by = Some(by);
        self.apply(if is_visitor { Input::HangUp } else { Input::Agent(AgentAction::End) });
    }

    pub(super) fn hear_agent(&mut self, at: usize, said: VoiceUp) {
        let seat = self.seats[at].id;
        let user = self.seats[at].principal.user.clone();
        match said {
            VoiceUp::Listen => {
                self.seats[at].listens = true;
                self.sync_listening();
                self.show();
            }
            VoiceUp::Whisper(words) => {
                let text: Arc<str> = words.into();
                self.write(Job::Whispered { agent: user, text: text.clone() });
                self.apply(Input::Agent(AgentAction::Whisper(text)));
            }
            VoiceUp::Say(words) if self.relay.is_with_assistant() => {
                self.apply(Input::Agent(AgentAction::Say(words.into())));
            }
            VoiceUp::Say(_) => {
                self.complain(at, ErrorCode::Conflict, "the assistant does not have the call".to_owned());
            }
            VoiceUp::Take => self.take(seat),
            VoiceUp::GiveBack(note) => self.give_back(seat, note.into()),
            VoiceUp::Hold if self.holder == Some(seat) => self.apply(Input::Agent(AgentAction::Hold)),
            VoiceUp::Hold => self.complain(at, ErrorCode::NotHolder, "take the call first".to_owned()),
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

    /// The conversation decides who takes the call: the same compare-and-set as for text.
    pub(super) fn take(&mut self, seat: LegId) {
        if self.holder == Some(seat) {
            // Back from hold.
            self.apply(Input::Agent(AgentAction::Take));
            return;
        }
        let Some(one) = self.seats.iter().find(|one| one.id == seat) else { return };
        let (principal, facts) = (one.principal.clone(), self.live.facts.clone());
        let (hub, control) = (self.shared.parts.hub.clone(), self.live.control.clone());
        self.shared.spawn(async move {
            let outcome = hub.take_over(&principal, facts.conversation, Takeover::default()).await.map(drop);
            // A call that has ended has nothing to take.
            let _ended = control.send(Control::Acted { seat, act: Act::Take, outcome }).await;
        });
    }

    fn give_back(&mut self, seat: LegId, note: Arc<str>) {
        let Some(one) = self.seats.iter().find(|one| one.id == seat) else { return };
        let (principal, facts) = (one.principal.clone(), self.live.facts.clone());
        let (hub, control) = (self.shared.parts.hub.clone(), self.live.control.clone());
        if self.agent.as_ref().is_some_and(|agent| agent.id == principal.user.id) {
            // The note goes before the release, whose echo would otherwise give the call back without it.
            self.handing_back = Some(note);
            self.show();
        }
        self.shared.spawn(async move {
            let outcome = hub.release(&principal, facts.conversation, None).await.map(drop);
            // A call that has ended has nothing to give.
            let _ended = control.send(Control::Acted { seat, act: Act::GiveBack, outcome }).await;
        });
    }

    fn acted(&mut self, seat: LegId, act: Act, outcome: Result<(), WireError>) {
        let Some(at) = self.seats.iter().position(|one| one.id == seat) else { return };
        let user = self.seats[at].principal.user.id;
        let has_call = self.agent.as_ref().is_some_and(|agent| agent.id == user);
        if let Err(error) = outcome {
            // Only of whoever has the call: others may try at the same time.
            if act == Act::GiveBack && has_call && self.handing_back.take().is_some() {
                self.show();
            }
            return self.complain(at, error.code, error.message.into_owned());
        }
        match act {
            Act::Take => {
                self.holder = Some(seat);
                self.agent = Some(self.seats[at].principal.user.clone());
                self.seats[at].listens = true;
                self.apply(Input::Agent(AgentAction::Take));
                self.sync_listening();
                self.show();
            }
            Act::GiveBack if has_call => self.handed_back(),
            // Its echo was here before, and somebody else may have the call by now.
            Act::GiveBack => {}
        }
    }

    /// The assistant has the call again.
    fn handed_back(&mut self) {
        self.holder = None;
        self.agent = None;
        let note = self.handing_back.take().unwrap_or_else(|| "".into());
        let written = std::mem::take(&mut self.agent_words);
        if self.relay.is_with_assistant() {
            return;
        }
        let mut told = note.to_string();
        for words in &written {
            told.push_str(&format!(" They wrote in the chat: {words}"));
        }
        self.apply(Input::Agent(AgentAction::GiveBack(told.trim().into())));
        self.show();
    }

    /// Something was committed in the conversation, perhaps by this call.
    fn note(&mut self, noted: &Noted) {
        if let Some(insight) = &noted.head.insight {
            let mut standing = self.live.standing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            standing.sentiment = Some(insight.sentiment.clone());
        }
        match &noted.entry.body {
            Body::Message(content) => match noted.entry.author.kind {
                UserKind::Visitor => self.note_visitor(&noted.entry, content),
                UserKind::Agent if self.spoken.remove(&noted.entry.id) => {}
                UserKind::Agent if self.agent_words.len() < AGENT_WORDS_MAX => {
                    self.agent_words.push(content.text.clone());
                }
                _ => {}
            },
            Body::Note(_) => {}
            Body::Event(event) => self.note_event(event),
        }
    }

    /// What the visitor typed goes to the voice; what they said came from it.
    fn note_visitor(&mut self, entry: &Entry, content: &Content) {
        let was_spoken = self.spoken.remove(&entry.id);
        if !was_spoken && !content.text.is_empty() {
            self.apply(Input::Typed(content.text.clone()));
        }
    }

    fn note_event(&mut self, event: &Event) {
        match event {
            Event::Takeover { agent } => {
                if self.agent.as_ref().map(|one| one.id) != Some(agent.id) {
                    self.agent = Some(agent.clone());
                    self.holder = None;
                    self.apply(Input::Agent(AgentAction::TakeByText));
                    self.show();
                }
            }
            Event::Release { agent: Some(_), .. } => self.handed_back(),
            Event::Handoff { .. } => self.apply(Input::PersonWanted),
            Event::Closed { by } => {
                let input = match by {
                    ClosedBy::Visitor => Input::HangUp,
                    ClosedBy::Agent | ClosedBy::Idle | ClosedBy::System => Input::Agent(AgentAction::End),
                };
                self.apply(input);
            }
            Event::Release { agent: None, .. } => self.apply(Input::PersonUnwanted),
            Event::Assigned { .. } | Event::CallStarted { .. } | Event::CallEnded { .. } => {}
        }
    }
}
