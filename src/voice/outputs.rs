//! Carrying out what the relay has decided.

use std::sync::Arc;
use std::time::Duration;

use audio::relay::{
    AgentAction, CallId as ToolCallId, Clip, Command, EndReason, Ending, Event, Floor, Input, LinkId, Loss,
    Outcome, Output, ReleaseReason, ResponseId, Role, Tokens, ToolStage,
};
use audio::{Generation, Speaker, UtteranceId};
use rooms::{EntryId, User};

use super::call::{Begun, CallTask};
use super::clips;
use super::control::Control;
use super::frame::{FLAG_LAST, Kind, Track};
use super::recording::Recorder;
use super::scribe::Job;
use super::upstream::dial;
use crate::providers::ToolCall;
use crate::tools::Wish;
use crate::wire::{CloseCode, VoiceDown};

/// How long the last sound fades when it is cut (VOICE.md section 4).
const FADE_MS: u32 = 5;
/// How long a provider has to see a connection end.
const CLOSE_GRACE: Duration = Duration::from_secs(1);

impl CallTask {
    pub(super) fn carry_out(&mut self, output: Output) {
        match output {
            Output::Dial { link, provider } => self.dial(link, provider),
            // Words of a turn that is over may still come.
            Output::Drop(_) if self.awaits_words() => {}
            Output::Drop(link) => self.drop_link(link),
            Output::Send(link, command) => self.send(link, command),
            Output::Read(is_reading) => self.is_reading = is_reading,
            Output::Play(frame) => {
                let flags = if frame.is_last { FLAG_LAST } else { 0 };
                let (item, generation) = (frame.utterance.tag(), frame.generation.0);
                self.play_to_visitor(Track::Assistant, flags, item, generation, &frame.pcm);
            }
            Output::PlayAgent(pcm) => self.play_agent(&pcm),
            Output::Monitor(role, pcm) => self.monitor(role, &pcm),
            Output::Clear(generation) => self.clear(generation),
            Output::Clip(clip) => self.play_clip(clip),
            Output::Began(utterance, role) => self.begin(utterance, role),
            // What the assistant says is shown as it is heard, not as it comes.
            Output::Words(_, Role::Assistant, _) => {}
            Output::Words(utterance, role, words) => {
                if let Some(begun) = self.begun.get(&utterance) {
                    self.tell_words(begun.entry, role, words.to_string(), false);
                }
            }
            Output::Unheard { utterance, item, words } => {
                if let Some(begun) = self.begun.remove(&utterance) {
                    self.unheard.insert(item, (begun.entry, words));
                }
            }
            Output::Write { utterance, role, text, ending } => {
                self.write_utterance(utterance, role, &text, ending);
            }
            Output::Turn(speaker) => self.tell_all(&VoiceDown::Turn { speaking: speaker_name(speaker) }),
            Output::State(floor, health) => {
                self.shown = (floor, health);
                match floor {
                    Floor::Taking | Floor::Agent => self.overhear(),
                    Floor::Assistant => self.overhearers.clear(),
                    Floor::Hold => {}
                }
                self.show();
            }
            Output::RunTool { call, name, arguments } => self.run_tool(call, &name, &arguments),
            Output::Tool(name, stage) => self.tell_all(&VoiceDown::Tool { name, stage: stage_name(stage) }),
            Output::ReplyBegan(..) | Output::ReplyEnded(..) => {}
            Output::Used(response, tokens) => self.write_use(&response, tokens),
            Output::Release(reason) => self.release(reason),
            Output::AskForPerson => self.write(Job::AskForPerson("voice_failed")),
            Output::Ended { reason, seconds } => self.finish(reason, seconds),
        }
    }

    pub(super) fn write_use(&mut self, response: &ResponseId, tokens: Tokens) {
        let (provider, model) = self.speaking.clone();
        self.write(Job::Used { provider, model, request_id: response.0.to_string(), tokens });
    }

    pub(super) fn send(&mut self, link: LinkId, command: Command) {
        let Some(upstream) = self.upstreams.iter_mut().find(|one| one.link == link) else { return };
        let mut texts = Vec::new();
        upstream.dialect.say(command, &mut texts);
        if !upstream.say(texts) {
            self.drop_link(link);
            self.then(Input::Upstream(link, Event::Lost(Loss::Passing)));
        }
    }

    /// The agent's voice for the visitor, and for the other agents who listen.
    fn play_agent(&mut self, pcm: &[u8]) {
        self.play_to_visitor(Track::Agent, 0, 0, self.generation, pcm);
        self.hand_to_overhearer(Role::Agent, pcm);
        let holder = self.holder;
        for seat in self.seats.iter_mut().filter(|seat| seat.listens && Some(seat.id) != holder) {
            seat.play(Kind::Monitor, Track::Agent, 0, 0, 0, pcm);
        }
    }

    fn clear(&mut self, generation: Generation) {
        self.generation = generation.0;
        if let Some(recorder) = &mut self.recorder {
            recorder.cut();
        }
        if let Some(visitor) = self.seats.iter_mut().find(|seat| seat.is_visitor) {
            visitor.hush();
        }
        self.tell_visitor(&VoiceDown::Clear { generation: generation.0, fade_ms: FADE_MS });
    }

    fn release(&mut self, reason: ReleaseReason) {
        match reason {
            ReleaseReason::NobodyCame => self.write(Job::NobodyCame),
            ReleaseReason::AgentLost => {
                self.holder = None;
                if let Some(agent) = self.agent.take() {
                    self.write(Job::AgentLost(agent));
                }
            }
        }
    }

    fn dial(&mut self, link: LinkId, provider: usize) {
        let Some(voice) = self.plan.links.get(provider).cloned() else {
            self.then(Input::Upstream(link, Event::Lost(Loss::Final)));
            return;
        };
        let model = voice.model.clone().unwrap_or_else(|| self.plan.model.clone());
        let setup = self.reduced.get(&provider).unwrap_or(&self.plan.setup).clone();
        let caller = self.plan.caller.clone();
        let (gateway, control) = (self.shared.parts.gateway.clone(), self.live.control.clone());
        self.shared.spawn(async move {
            let mut outcome = dial(&gateway, link, &voice, model, setup, &caller).await.map(Box::new);
            if let Ok(upstream) = &mut outcome {
                upstream.place = provider;
            }
            // A call that has ended meanwhile drops the connection with the message.
            let _ended = control.send(Control::Dialled { link, outcome }).await;
        });
    }

    pub(super) fn drop_link(&mut self, link: LinkId) {
        let Some(place) = self.upstreams.iter().position(|one| one.link == link) else { return };
        let upstream = self.upstreams.swap_remove(place);
        self.shared.spawn(async move {
            // A provider that does not answer the close is left alone.
            let _late = tokio::time::timeout(CLOSE_GRACE, upstream.close()).await;
        });
    }

    fn play_to_visitor(&mut self, track: Track, flags: u8, item: u16, generation: u16, pcm: &[u8]) {
        let now_ms = self.now_ms();
        if let Some(recorder) = &mut self.recorder {
            match track {
                Track::Assistant => recorder.sent(item, pcm),
                Track::Visitor | Track::Agent | Track::System => recorder.heard(pcm, now_ms),
            }
        }
        if let Some(visitor) = self.seats.iter_mut().find(|seat| seat.is_visitor) {
            visitor.play(Kind::Playback, track, flags, item, generation, pcm);
        }
    }

    fn play_clip(&mut self, clip: Clip) {
        for frame in clips::frames(clip) {
            self.play_to_visitor(Track::System, 0, 0, self.generation, &frame);
        }
    }

    /// Copies for agents: those who listen hear both, the one who has the call hears the visitor.
    fn monitor(&mut self, role: Role, pcm: &[u8]) {
        let track = match role {
            Role::Visitor => Track::Visitor,
            Role::Assistant => Track::Assistant,
            Role::Agent => Track::Agent,
        };
        if role == Role::Visitor && matches!(self.shown.0, Floor::Taking | Floor::Agent) {
            self.hand_to_overhearer(Role::Visitor, pcm);
        }
        let holder = self.holder;
        let hears = |listens: bool, id| listens || (role == Role::Visitor && Some(id) == holder);
        for seat in self.seats.iter_mut().filter(|seat| !seat.is_visitor && hears(seat.listens, seat.id)) {
            seat.play(Kind::Monitor, track, 0, 0, 0, pcm);
        }
    }

    fn begin(&mut self, utterance: UtteranceId, role: Role) {
        let entry = EntryId(self.shared.parts.hub.fresh_id());
        let to_person = match role {
            Role::Visitor if self.shown.0 != Floor::Assistant => Some(self.live.facts.visitor.clone()),
            Role::Visitor | Role::Agent => self.aside_of.clone(),
            Role::Assistant => None,
        };
        self.begun.insert(utterance, Begun { entry, to_person });
        let event =
            VoiceDown::Item { item: utterance.tag(), entry_id: entry.to_string(), role: role_name(role) };
        self.tell_all(&event);
    }

    fn write_utterance(&mut self, utterance: UtteranceId, role: Role, text: &Arc<str>, ending: Ending) {
        let Some(Begun { entry, to_person }) = self.begun.remove(&utterance) else { return };
        self.tell_words(entry, role, text.to_string(), true);
        // What could not be put in words is no entry.
        if text.is_empty() {
            return;
        }
        let text = text.clone();
        if role != Role::Assistant {
            self.spoken.insert(entry);
        }
        match (role, to_person) {
            (Role::Assistant, _) => {
                let is_interrupted = ending == Ending::Interrupted;
                self.write(Job::Said { entry, text, is_interrupted });
            }
            (_, Some(author)) => self.write(Job::Overheard { entry, author, text }),
            (Role::Visitor, None) => self.write(Job::Asked { entry, text }),
            // Only an agent who has the call is listened to.
            (Role::Agent, None) => {}
        }
    }

    /// Shows what more of the assistant's words has been heard.
    pub(super) fn tell_heard_words(&mut self) {
        let Some((utterance, words)) = self.relay.heard_words() else { return };
        let known = if self.told_words.0 == utterance { self.told_words.1 } else { 0 };
        if words.len() <= known {
            return;
        }
        let Some(entry) = self.begun.get(&utterance).map(|begun| begun.entry) else { return };
        self.told_words = (utterance, words.len());
        let text = words.to_owned();
        self.write(Job::Heard { entry, text: text.clone() });
        self.tell_words(entry, Role::Assistant, text, false);
    }

    fn tell_words(&mut self, entry: EntryId, role: Role, text: String, is_final: bool) {
        let event = VoiceDown::Transcript {
            entry_id: entry.to_string(),
            role: role_name(role),
            text,
            r#final: is_final,
        };
        self.tell_all(&event);
    }

    /// Tools run beside the call; their results come back as control.
    fn run_tool(&mut self, call: ToolCallId, name: &str, arguments: &str) {
        let wanted = ToolCall {
            id: call.0.to_string(),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
            ..ToolCall::default()
        };
        let (tools, context) = (self.shared.parts.tools.clone(), self.plan.context.clone());
        let (hub, assistant) = (self.shared.parts.hub.clone(), self.shared.assistant_of(&self.live));
        let (control, facts) = (self.live.control.clone(), self.live.facts.clone());
        self.shared.spawn(async move {
            let result = tools.run(&wanted, &context).await;
            if let Some(Wish::HandOff { reason }) = &result.wish
                && let Err(error) = hub.hand_off(facts.org, facts.conversation, &assistant, reason).await
            {
                tracing::debug!(%error, "a call could not be handed to a person");
            }
            let content = result.content.to_string();
            let outcome = if result.is_success { Outcome::Done(content.into()) } else { Outcome::Failed };
            // A call that has ended needs no result.
            let _ended = control.send(Control::ToolEnded { call, outcome }).await;
        });
    }

    fn finish(&mut self, reason: EndReason, seconds: u64) {
        let reason = reason_name(reason);
        self.end_overhearing();
        // Also where sound was not read any more: words may stand behind it.
        self.is_reading = true;
        self.tell_all(&VoiceDown::Ended { reason, seconds });
        for seat in &mut self.seats {
            seat.close(None);
        }
        let by = match (self.ended_by.take(), reason) {
            (Some(by), _) => by,
            (None, "visitor") => self.live.facts.visitor.clone(),
            (None, _) => User::system(),
        };
        let is_recorded = self.recorder.take().map(Recorder::finish).is_some();
        self.write(Job::Ended { by, reason, seconds, is_recorded });
        self.ended_ms = Some(self.now_ms());
        let id = self.live.facts.id;
        tracing::info!(call.id = %id, reason, seconds, "call {id} ended");
    }

    pub(super) fn tell_visitor(&mut self, event: &VoiceDown) {
        if let Some(at) = self.seats.iter().position(|seat| seat.is_visitor) {
            self.tell(at, event);
        }
    }

    pub(super) fn tell_all(&mut self, event: &VoiceDown) {
        for at in 0..self.seats.len() {
            self.tell(at, event);
        }
    }

    /// Tells one side something; who does not read is shown the door, and may come back.
    pub(super) fn tell(&mut self, at: usize, event: &VoiceDown) {
        if self.seats[at].tell(event).is_err() {
            self.seats[at].close(Some(CloseCode::SlowReader));
            metrics::counter!(crate::telemetry::metrics::VOICE_SLOW_LEGS).increment(1);
        }
    }

    /// The relay knows only whether anybody listens.
    pub(super) fn sync_listening(&mut self) {
        let is_heard = self.seats.iter().any(|seat| seat.listens && seat.is_here());
        let action = if is_heard { AgentAction::Listen } else { AgentAction::StopListening };
        self.apply(Input::Agent(action));
    }
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Visitor => "visitor",
        Role::Assistant => "assistant",
        Role::Agent => "agent",
    }
}

fn speaker_name(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Visitor => "visitor",
        Speaker::Assistant => "assistant",
        Speaker::Agent => "agent",
        Speaker::Nobody => "none",
    }
}

fn stage_name(stage: ToolStage) -> &'static str {
    match stage {
        ToolStage::Running => "running",
        ToolStage::Done => "done",
        ToolStage::Failed => "failed",
    }
}

fn reason_name(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Visitor => "visitor",
        EndReason::Agent => "agent",
        EndReason::Limit => "limit",
        EndReason::Budget => "budget",
        EndReason::Idle => "idle",
        EndReason::Error => "error",
    }
}
