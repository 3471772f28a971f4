//! Executes the outputs of the relay.

use audio::relay::{
    Command, EndReason, Event, Floor, Input, LinkHealth, LinkId, Loss, Output, ReleaseReason, Role,
};
use rooms::{EntryId, User};

use super::call::CallTask;
use super::scribe::Job;
use super::tool_runs::run_tool;
use super::transcript::Published;
use super::wire_names::{reason_name, speaker_name, stage_name};
use crate::ids;
use crate::telemetry::trace::keys;
use crate::wire::VoiceDown;

impl CallTask {
    pub(super) fn carry_out(&mut self, output: Output) {
        match output {
            Output::Dial { link, provider } => self.links.dial(link, provider),
            // A transcript may arrive after its turn has ended.
            Output::Drop(_) if self.relay.is_over() && self.transcript.awaits_words() => {}
            Output::Drop(link) => self.links.close(link),
            Output::Send(link, command) => self.send(link, command),
            Output::Read(is_reading) => self.links.set_reading(is_reading),
            Output::Play(frame) => self.legs.play_assistant(&frame),
            Output::PlayAgent(pcm) => {
                self.legs.play_agent(&pcm, self.desk.holder(), self.pace.now_ms());
                self.overhearing.push_audio(Role::Agent, &pcm);
            }
            Output::Monitor(role, pcm) => self.monitor(role, &pcm),
            Output::Clear(generation) => self.legs.clear(generation),
            Output::Clip(clip) => self.legs.play_clip(clip, self.pace.now_ms()),
            said
            @ (Output::Began(..) | Output::Words(..) | Output::Unheard { .. } | Output::Write { .. }) => {
                self.transcribe(said);
            }
            Output::Turn(speaker) => {
                self.legs.send_to_all(&VoiceDown::Turn { speaking: speaker_name(speaker) })
            }
            Output::Said(id, stage) => {
                if let Some(event) = self.sayings.advance(id, stage) {
                    self.legs.send_to_agents(&event);
                }
            }
            Output::State(floor, health) => self.enter_state(floor, health),
            Output::RunTool { call, name, arguments } => {
                run_tool(&self.shared, &self.live, self.plan.context.clone(), call, &name, &arguments);
            }
            Output::Delegate { call, dialogue } => self.delegate(call, &dialogue),
            Output::CancelDelegation(call) => self.running_tasks.end(&call),
            Output::Tool(name, stage) => {
                self.legs.send_to_all(&VoiceDown::Tool { name, stage: stage_name(stage) })
            }
            Output::ReplyBegan(..) | Output::ReplyEnded(..) => {}
            Output::Answered(ms) => self.links.record_latency(ms),
            Output::Used(response, tokens) => self.jobs.write(self.links.use_of(&response, tokens)),
            Output::Release(ReleaseReason::NobodyCame) => self.jobs.write(Job::NobodyCame),
            Output::Release(ReleaseReason::AgentLost) => {
                self.jobs.write_all(self.desk.remove_agent().map(Job::AgentLost));
            }
            Output::AskForPerson => self.jobs.write(Job::AskForPerson("voice_failed")),
            Output::Ended { reason, seconds } => self.finish(reason, seconds),
        }
    }

    /// Carries out what concerns an utterance.
    fn transcribe(&mut self, output: Output) {
        let published = match output {
            Output::Began(utterance, role) => {
                let entry = EntryId(ids::new_number());
                Some(self.transcript.begin(utterance, role, entry, self.shown.0))
            }
            Output::Words(utterance, role, words) => self.transcript.words(utterance, role, &words),
            Output::Write { utterance, role, text, ending } => {
                self.transcript.finish(utterance, role, text, ending)
            }
            Output::Unheard { utterance, item, words } => {
                self.transcript.await_words(utterance, item, words);
                None
            }
            _ => None,
        };
        self.publish(published);
    }

    /// Tells everybody what became of an utterance, and has it stored.
    pub(super) fn publish(&mut self, published: Option<Published>) {
        if let Some(Published { told, job }) = published {
            self.jobs.write_all(job);
            self.legs.send_to_all(&told);
        }
    }

    pub(super) fn send(&mut self, link: LinkId, command: Command) {
        if self.links.send(link, command).is_err() {
            self.links.close(link);
            self.pending.push_back(Input::Upstream(link, Event::Lost(Loss::Passing)));
        }
    }

    /// A copy of somebody's voice, for agents and for who transcribes people.
    fn monitor(&mut self, role: Role, pcm: &[u8]) {
        if role == Role::Visitor && matches!(self.shown.0, Floor::Taking | Floor::Agent) {
            self.overhearing.push_audio(role, pcm);
        }
        self.legs.monitor(role, pcm, self.desk.holder());
    }

    fn enter_state(&mut self, floor: Floor, health: LinkHealth) {
        self.shown = (floor, health);
        match floor {
            Floor::Taking | Floor::Agent => {
                self.overhearing.start(&self.live.facts.visitor, self.desk.agent());
            }
            Floor::Assistant => self.overhearing.stop(),
            Floor::Hold => {}
        }
        self.show();
    }

    fn finish(&mut self, reason: EndReason, seconds: u64) {
        let by = match (self.desk.take_ended_by(), reason) {
            (Some(by), _) => by,
            (None, EndReason::Visitor) => self.live.facts.visitor.clone(),
            (None, _) => User::system(),
        };
        let reason = reason_name(reason);
        self.overhearing.stop();
        // Keep reading when audio is no longer needed: text may follow it.
        self.links.set_reading(true);
        self.legs.send_to_all(&VoiceDown::Ended { reason, seconds });
        self.legs.close_all();
        let is_recorded = self.legs.finish_recording();
        self.jobs.write(Job::Ended { by, reason, seconds, is_recorded });
        self.pace.end();
        self.traced.set(keys::OUTCOME, || reason);
        let id = self.live.facts.id;
        tracing::info!(call.id = %id, reason, seconds, "call {id} ended");
    }
}
