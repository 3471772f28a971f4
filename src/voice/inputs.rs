//! Converts events from legs, providers and the conversation into inputs of the relay.

use std::sync::Arc;

use audio::relay::{AgentAction, Command, Event, Input, ItemId, LinkId, Loss, Overheard, Role};
use audio::{Generation, Played, SampleRate};
use rooms::{Body, ClosedBy, Entry, EntryId, Event as Noticed, User, UserKind};

use super::call::CallTask;
use super::control::{Coming, Control};
use super::leg::{LegId, LegSocket, Received};
use super::links::Meaning;
use super::scribe::Job;
use crate::hub::Noted;
use crate::ids;
use crate::providers::realtime::{Connection, Heard};
use crate::wire::{CloseCode, ErrorCode, VoicePlayed, VoiceUp};

impl CallTask {
    pub(super) fn handle_control(&mut self, control: Control) {
        match control {
            Control::Join { socket, rate, coming } => self.join(socket, rate, coming),
            Control::Dialled { link, place, outcome } => self.dialled(link, place, outcome),
            Control::ToolEnded { call, outcome } => {
                self.running_tasks.end(&call);
                self.apply(Input::ToolEnded(call, outcome));
            }
            Control::DelegationWords { call, words } => self.apply(Input::DelegationWords(call, words)),
            Control::SummedUp(summary) => self.summed_up(summary),
            Control::Spent { nano_usd, is_over } => {
                self.live.add_cost(nano_usd);
                // The org has reached a limit with all its calls together: this one is at its own.
                self.apply(if is_over { Input::OrgLimitReached } else { Input::Spent(nano_usd) });
            }
            Control::Overheard { person, role, item, what } => {
                self.handle_overheard(person, role, item, what)
            }
            Control::Noted(noted) => self.note(&noted),
            Control::Acted { leg, act, outcome } => self.acted(leg, act, outcome),
            Control::Revoked { subject } => self.revoke(&subject),
            Control::End { by } => self.end_by(by),
        }
    }

    fn join(&mut self, socket: Box<LegSocket>, rate: Option<SampleRate>, coming: Coming) {
        let now_ms = self.pace.now_ms();
        let joined = match self.legs.join(socket, rate, coming, now_ms) {
            Ok(joined) => joined,
            Err(dismissed) => return self.shared.dismiss(*dismissed.socket, dismissed.code),
        };
        if let Some(old) = joined.replaced {
            self.shared.dismiss(old, CloseCode::Replaced);
        }
        let resume_token = self.shared.issue_resume(self.live.facts.id, joined.leg);
        let ready = self.plan.ready(self.live.facts.id, resume_token, self.state());
        self.legs.send_event(joined.leg, &ready);
        if joined.is_visitor {
            // What was heard before the leg was lost is not played again.
            if let Some(played) = joined.played {
                self.handle_played(played);
            }
            self.apply(Input::LegConnected);
            return;
        }
        let brief = self.plan.brief(self.relay.turns(), self.live.standing());
        self.legs.send_event(joined.leg, &brief);
        self.sum_up();
        for waiting in self.sayings.waiting() {
            self.legs.send_event(joined.leg, &waiting);
        }
        self.sync_listening();
        self.show();
        if joined.takes {
            self.take(joined.leg);
        } else if self.desk.is_holder(joined.leg) && !self.relay.is_with_assistant() {
            // The agent who had the call is back in time.
            self.apply(Input::Agent(AgentAction::Take));
        }
    }

    fn dialled(&mut self, link: LinkId, place: usize, outcome: Result<Box<Connection>, Loss>) {
        let event = match outcome {
            Ok(connection) => Event::Connected(self.links.add(link, place, *connection)),
            Err(loss) => Event::Lost(loss),
        };
        self.apply(Input::Upstream(link, event));
        // One that came too late is no longer wanted.
        if !self.relay.wants_link(link) {
            self.links.close(link);
        }
    }

    /// Whoever may no longer be here goes; a visitor takes the call along.
    fn revoke(&mut self, subject: &str) {
        let is_this_call = subject.strip_prefix("call:") == Some(self.live.facts.id.to_string().as_str());
        if is_this_call || self.legs.revoke(self.live.facts.org, subject) {
            self.end_by(User::system());
        }
    }

    pub(super) fn end_by(&mut self, by: User) {
        let is_visitor = by.kind == UserKind::Visitor;
        self.desk.end(by);
        self.apply(if is_visitor { Input::HangUp } else { Input::Agent(AgentAction::End) });
    }

    /// Takes in what a leg has sent.
    pub(super) fn handle_leg(&mut self, leg: LegId, received: Received) {
        let is_visitor = self.legs.get(leg).is_some_and(|one| one.is_visitor);
        match received {
            Received::Sound(frames) => {
                for frame in frames {
                    if is_visitor {
                        self.apply(Input::Microphone(frame));
                    } else if self.desk.is_holder(leg) {
                        self.apply(Input::AgentAudio(frame));
                    }
                }
            }
            Received::Control(said) if is_visitor => self.handle_visitor(leg, &said),
            Received::Control(said) => self.handle_agent_command(leg, said),
            Received::Nothing => {}
            Received::Ended => self.remove_leg(leg),
        }
    }

    fn handle_visitor(&mut self, leg: LegId, said: &VoiceUp) {
        match said {
            VoiceUp::Played(played) => self.handle_played(*played),
            VoiceUp::Mute => self.apply(Input::Mute),
            VoiceUp::Unmute => self.apply(Input::Unmute),
            VoiceUp::Hangup => self.apply(Input::HangUp),
            _ => self.legs.complain(leg, ErrorCode::Forbidden, "that is for agents"),
        }
    }

    fn handle_played(&mut self, played: VoicePlayed) {
        self.legs.record_played(&played, self.pace.now_ms());
        self.apply(Input::Played(Played {
            generation: Generation(played.generation),
            tag: played.item,
            samples: played.samples,
            buffered_ms: played.buffered_ms,
        }));
        // More of the assistant's answer has been played.
        let heard = self.relay.heard_words();
        let published = heard.and_then(|(utterance, words)| self.transcript.heard(utterance, words));
        self.publish(published);
    }

    /// A socket is gone; its leg may come back.
    pub(super) fn remove_leg(&mut self, leg: LegId) {
        if !self.legs.remove(leg, self.pace.now_ms()) {
            return;
        }
        if self.legs.get(leg).is_some_and(|one| one.is_visitor) {
            self.apply(Input::LegLost);
            return;
        }
        if self.desk.is_holder(leg) && !self.relay.is_with_assistant() {
            self.apply(Input::Agent(AgentAction::Lost));
        }
        self.sync_listening();
        self.show();
    }

    /// The relay knows only whether anybody listens.
    pub(super) fn sync_listening(&mut self) {
        let is_heard = self.legs.is_listened_to();
        self.apply(Input::Agent(if is_heard { AgentAction::Listen } else { AgentAction::StopListening }));
    }

    pub(super) fn handle_link(&mut self, link: LinkId, heard: Heard) {
        match self.links.interpret(link, heard, self.shared.parts.base.now()) {
            Meaning::Event(event) if self.relay.is_over() => self.handle_closing_link(link, event),
            Meaning::Event(event) => {
                let was_duplex = self.links.is_duplex();
                self.links.record_speaking(link);
                if self.links.is_duplex() != was_duplex {
                    self.show();
                }
                if matches!(event, Event::Lost(_)) {
                    self.links.forget(link);
                }
                self.apply(Input::Upstream(link, event));
            }
            Meaning::Job(job) => self.jobs.write(job),
            Meaning::Nothing => {}
        }
    }

    /// What a connection says that was kept after the end for late words alone.
    fn handle_closing_link(&mut self, link: LinkId, event: Event) {
        match event {
            Event::TurnTranscribed(item, words) => {
                self.jobs.write_all(self.transcript.end_late(&item, Some(words)));
            }
            Event::TurnFailed(item) => self.jobs.write_all(self.transcript.end_late(&item, None)),
            // Nobody is listening any more.
            Event::ResponseCreated(response, _) => self.send(link, Command::Cancel(response)),
            Event::ResponseDone(response, _, tokens) => self.jobs.write(self.links.use_of(&response, tokens)),
            Event::Lost(_) => {
                self.links.forget(link);
                self.jobs.write_all(self.transcript.give_up_late());
            }
            _ => {}
        }
        if !self.transcript.awaits_words() {
            self.links.close_all();
        }
    }

    /// What somebody says to a person goes on; they may have begun before the call changed hands, or its end.
    fn handle_overheard(&mut self, person: User, role: Role, item: ItemId, what: Overheard) {
        if !self.relay.is_over() {
            self.transcript.set_speaker(Some(person));
            self.apply(Input::Overheard(role, item, what));
            self.transcript.set_speaker(None);
            return;
        }
        // The relay no longer tracks it.
        if let Overheard::Transcribed(text) = what
            && !text.is_empty()
        {
            let entry = EntryId(ids::new_number());
            self.jobs.write(Job::Overheard { entry, author: person, text });
        }
    }

    /// Something was committed in the conversation, perhaps by this call.
    fn note(&mut self, noted: &Noted) {
        if let Some(insight) = &noted.head.insight {
            self.live.set_sentiment(insight.sentiment.clone());
        }
        match &noted.entry.body {
            Body::Message(content) => self.record_message(&noted.entry, &content.text),
            Body::Note(_) => {}
            Body::Event(event) => self.record_event(event),
        }
    }

    /// What the visitor typed goes to the voice, what an agent wrote to the assistant later; what was said came from here.
    fn record_message(&mut self, entry: &Entry, text: &Arc<str>) {
        match entry.author.kind {
            UserKind::Visitor | UserKind::Agent if self.transcript.take_spoken(entry.id) => {}
            UserKind::Visitor if !text.is_empty() => self.apply(Input::Typed(text.clone())),
            UserKind::Agent => self.desk.record_written(text.clone()),
            _ => {}
        }
    }

    fn record_event(&mut self, event: &Noticed) {
        match event {
            Noticed::Takeover { agent } => {
                if self.desk.take_by_text(agent) {
                    self.apply(Input::Agent(AgentAction::TakeByText));
                    self.show();
                }
            }
            Noticed::Release { agent: Some(_), .. } => self.hand_back(),
            Noticed::Release { agent: None, .. } => self.apply(Input::PersonUnwanted),
            Noticed::Handoff { .. } => self.apply(Input::PersonWanted),
            Noticed::Closed { by: ClosedBy::Visitor } => self.apply(Input::HangUp),
            Noticed::Closed { by: ClosedBy::Agent | ClosedBy::Idle | ClosedBy::System } => {
                self.apply(Input::Agent(AgentAction::End));
            }
            Noticed::Assigned { .. }
            | Noticed::CallStarted { .. }
            | Noticed::CallEnded { .. }
            | Noticed::MessageRated { .. }
            | Noticed::ReplyPending(_)
            | Noticed::ReplyHeld { .. }
            | Noticed::ReplyStopped { .. }
            | Noticed::ModeSet { .. }
            | Noticed::Snoozed { .. }
            | Noticed::Rated { .. } => {}
        }
    }
}
