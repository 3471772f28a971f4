//! Writes what happens in a call into its conversation and its usage, in order and off the audio path: a slow
//! database never delays a sound.

use std::sync::Arc;

use audio::relay::Tokens;
use rooms::{CallId, Content, EntryId, User};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::control::Control;
use super::live::CallFacts;
use super::recording;
use crate::hub::{Actor, Command, Hub, ReplyMedium, ReplyStep};
use crate::model::CallEnd;
use crate::providers::realtime::WritingUsed;
use crate::refusal::ServiceError;
use crate::usage::{Reservation, Usage, UsageEvent, UsageKind};
use crate::wire::ErrorCode;

/// Jobs that wait. A call has a few in a second; beyond it storage has been gone for minutes, and what is lost then
/// is counted and logged.
const JOBS_MAX: usize = 1_024;

/// Something to write down.
#[derive(Debug)]
pub(super) enum Job {
    /// More of what the assistant is saying has been heard: everything so far.
    Heard { entry: EntryId, text: String },
    /// What the assistant said is over.
    Said { entry: EntryId, text: Arc<str>, is_interrupted: bool },
    /// What the visitor said.
    Asked { entry: EntryId, text: Arc<str> },
    /// What was said to somebody who has heard it: by a person to another, or as the last words of a call.
    Overheard { entry: EntryId, author: User, text: Arc<str> },
    /// What an agent whispered, for the other agents.
    Whispered { agent: User, text: Arc<str> },
    /// Nobody took the call in time.
    NobodyCame,
    /// The agent who had the call is gone.
    AgentLost(User),
    /// The assistant asks for a person.
    AskForPerson(&'static str),
    /// What a response used.
    Used { provider: String, model: String, request_id: String, tokens: Tokens, latency_ms: u64 },
    /// How long a connection was used, where its provider counts that.
    Lasted { provider: String, model: String, ms: u64, is_estimate: bool, latency_ms: u64 },
    /// What the org's assistant used for a task of the voice; counted already.
    Delegated { nano_usd: u64 },
    /// What putting words in writing used.
    Written { provider: String, model: String, used: WritingUsed },
    /// The call is over.
    Ended { by: User, reason: &'static str, seconds: u64, is_recorded: bool },
}

/// Where the parts of a call hand in what is to be written down.
#[derive(Debug, Clone)]
pub(super) struct JobQueue {
    jobs: mpsc::Sender<Job>,
    call: CallId,
}

impl JobQueue {
    /// Of this call, and what its scribe reads.
    pub(super) fn new(call: CallId) -> (Self, mpsc::Receiver<Job>) {
        let (jobs, written) = mpsc::channel(JOBS_MAX);
        (Self { jobs, call }, written)
    }

    /// Has something written down. What finds no place is lost, and said so: storage has been gone for minutes then.
    pub(super) fn write(&self, job: Job) {
        let is_lossy = matches!(job, Job::Heard { .. });
        if self.jobs.try_send(job).is_err() && !is_lossy {
            let id = self.call;
            tracing::error!(call.id = %id, "could not store part of the transcript of call {id}");
        }
    }

    /// Has these written down.
    pub(super) fn write_all(&self, jobs: impl IntoIterator<Item = Job>) {
        jobs.into_iter().for_each(|job| self.write(job));
    }

    /// Waits until there is a place; what nobody reads any more is dropped.
    pub(super) async fn write_later(&self, job: Job) {
        // Presence does not matter once the call has ended.
        let _ended = self.jobs.send(job).await;
    }
}

/// What a scribe stands on.
#[derive(Debug)]
pub(super) struct Scribe {
    pub(super) hub: Arc<Hub>,
    pub(super) usage: Usage,
    /// What the next response may cost at most, set aside as long as the call is.
    pub(super) reservation: Reservation,
    pub(super) facts: Arc<CallFacts>,
    pub(super) assistant: User,
    pub(super) control: mpsc::Sender<Control>,
}

/// What the assistant is saying, as the room knows it.
struct Speech {
    entry: EntryId,
    sent: String,
    overrun: CancellationToken,
}

impl Scribe {
    /// Writes until nobody can say anything more: words of people may come a little after the end of their call.
    pub(super) async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let mut speech: Option<Speech> = None;
        let mut cost_nano_usd = 0;
        let mut stored_nano_usd = None;
        while let Some(job) = jobs.recv().await {
            let is_end = matches!(job, Job::Ended { .. });
            if let Err(error) = self.write(job, &mut speech, &mut cost_nano_usd).await {
                tracing::warn!(error = &error as &dyn std::error::Error, call.id = %self.facts.id, "could not write down a part of call {}", self.facts.id);
            }
            if is_end {
                stored_nano_usd = Some(cost_nano_usd);
            }
        }
        if let Some(late) = stored_nano_usd.map(|stored| cost_nano_usd - stored).filter(|late| *late > 0) {
            self.store_late_cost(late).await;
        }
    }

    async fn write(
        &self,
        job: Job,
        speech: &mut Option<Speech>,
        cost_nano_usd: &mut u64,
    ) -> Result<(), ServiceError> {
        match job {
            Job::Heard { entry, text } => self.heard(entry, &text, speech).await,
            Job::Said { entry, text, is_interrupted } => self.said(entry, text, is_interrupted, speech).await,
            Job::Asked { entry, text } => {
                let command = Command::Write { id: entry, content: self.spoken(text) };
                self.act(&self.facts.visitor, command).await
            }
            Job::Overheard { entry, author, text } => {
                let command = Command::Overhear { id: entry, content: self.spoken(text) };
                self.act(&author, command).await
            }
            Job::Whispered { agent, text } => self.record_whisper(&agent, text).await,
            Job::NobodyCame => self.act(&User::system(), Command::Resume { reason: "nobody_came" }).await,
            Job::AgentLost(agent) => {
                self.act(&agent, Command::Release { to: None, reason: Some("agent_lost") }).await
            }
            Job::AskForPerson(reason) => self.request_handoff(reason).await,
            Job::Used { provider, model, request_id, tokens, latency_ms } => {
                let used =
                    UsageEvent { latency_ms, ..self.use_of(provider, model, Some(request_id), tokens) };
                *cost_nano_usd += self.spend(used).await;
                Ok(())
            }
            Job::Lasted { provider, model, ms, is_estimate, latency_ms } => {
                let used = UsageEvent {
                    billed_ms: ms,
                    is_estimate,
                    latency_ms,
                    ..self.blank(provider, model, UsageKind::Voice, "live/sessions")
                };
                *cost_nano_usd += self.spend(used).await;
                Ok(())
            }
            Job::Delegated { nano_usd } => {
                *cost_nano_usd += nano_usd;
                self.tell_cost(nano_usd).await;
                Ok(())
            }
            Job::Written { provider, model, used } => {
                *cost_nano_usd += self.spend(self.writing(provider, model, used)).await;
                Ok(())
            }
            Job::Ended { by, reason, seconds, is_recorded } => {
                let recording = is_recorded.then(|| recording::name_of(self.facts.id));
                let cost_nano_usd = *cost_nano_usd;
                self.end(
                    &by,
                    CallEnd { at: self.hub.base().now(), seconds, reason, cost_nano_usd, recording },
                )
                .await
            }
        }
    }

    async fn record_whisper(&self, agent: &User, text: Arc<str>) -> Result<(), ServiceError> {
        let metadata = json!({ "whisper": true, "call_id": self.facts.id.to_string() });
        let content = Content { text, metadata: Some(metadata.to_string().into()), ..Content::default() };
        self.act(agent, Command::WriteNote(content)).await
    }

    async fn request_handoff(&self, reason: &str) -> Result<(), ServiceError> {
        let command = Command::RequestHandoff { reason: Some(reason.into()) };
        match self.act(&self.assistant, command).await {
            // A channel without agents has no handoff.
            Err(error) if error.code() == ErrorCode::HandoffDisabled => Ok(()),
            outcome => outcome,
        }
    }

    async fn end(&self, by: &User, end: CallEnd) -> Result<(), ServiceError> {
        let call = self.facts.id;
        self.store_end(call, &end).await;
        self.usage.record(self.length(end.seconds)).await;
        self.act(by, Command::EndCall { call, reason: end.reason, at: None }).await
    }

    async fn act(&self, user: &User, command: Command) -> Result<(), ServiceError> {
        let actor = Actor::System { org: self.facts.org, user };
        self.hub.act(actor, self.facts.conversation, command).await.map(drop)
    }

    async fn heard(
        &self,
        entry: EntryId,
        text: &str,
        speech: &mut Option<Speech>,
    ) -> Result<(), ServiceError> {
        if speech.is_none() {
            *speech = self.begin(entry).await?;
        }
        // Keep the order: wait while an earlier utterance is unwritten.
        let Some(current) = speech.as_mut().filter(|current| current.entry == entry) else { return Ok(()) };
        if let Some(more) = text.strip_prefix(current.sent.as_str()).filter(|more| !more.is_empty()) {
            self.hub.write_reply(self.facts.org, self.facts.conversation, entry, more.into()).await?;
            text.clone_into(&mut current.sent);
        }
        Ok(())
    }

    async fn said(
        &self,
        entry: EntryId,
        text: Arc<str>,
        is_interrupted: bool,
        speech: &mut Option<Speech>,
    ) -> Result<(), ServiceError> {
        let current = match speech.take() {
            Some(current) if current.entry == entry => Some(current),
            other => {
                drop(other);
                self.begin(entry).await?
            }
        };
        // Interrupted by a takeover: what was heard was written before it.
        let Some(current) = current.filter(|current| !current.overrun.is_cancelled()) else { return Ok(()) };
        let metadata = self.metadata();
        let step = ReplyStep::FinishSpeech { text, is_interrupted, metadata };
        match self.act(&self.assistant, Command::Reply { id: current.entry, step }).await {
            Err(error) if error.code() == ErrorCode::Conflict => Ok(()),
            outcome => outcome,
        }
    }

    async fn begin(&self, entry: EntryId) -> Result<Option<Speech>, ServiceError> {
        let (org, conversation) = (self.facts.org, self.facts.conversation);
        let begun =
            self.hub.begin_reply(org, conversation, entry, &self.assistant, ReplyMedium::Spoken).await?;
        Ok(begun.map(|begun| Speech { entry, sent: String::new(), overrun: begun.overrun }))
    }

    async fn store_end(&self, call: CallId, end: &CallEnd) {
        if let Err(error) = self.hub.db().calls().end(self.facts.org, call, end).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not store the end of call {call}"
            );
        }
    }

    /// What was used for words that came after the end.
    async fn store_late_cost(&self, nano_usd: u64) {
        let (org, call) = (self.facts.org, self.facts.id);
        if let Err(error) = self.hub.db().calls().add_cost(org, call, nano_usd).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not store what call {call} cost after its end"
            );
        }
    }

    /// What somebody said in the call.
    fn spoken(&self, text: Arc<str>) -> Content {
        Content { text, metadata: Some(self.metadata()), ..Content::default() }
    }

    /// What every entry of a call says about itself.
    fn metadata(&self) -> Arc<str> {
        json!({ "voice": true, "call_id": self.facts.id.to_string() }).to_string().into()
    }

    /// Records what something used and gives back its cost. The call is told of it, and whether another response still
    /// fits below its org's limits.
    async fn spend(&self, used: UsageEvent) -> u64 {
        let cost = self.usage.record(used).await;
        self.tell_cost(cost).await;
        cost
    }

    /// Tells the call what something has cost, and whether another response still fits.
    async fn tell_cost(&self, nano_usd: u64) {
        let is_over = self.reservation.may_go_on().await.is_err();
        // The call has ended: its presence is not needed.
        let _ended = self.control.send(Control::Spent { nano_usd, is_over }).await;
    }

    fn blank(&self, provider: String, model: String, kind: UsageKind, endpoint: &'static str) -> UsageEvent {
        UsageEvent {
            channel: Some(self.facts.channel),
            conversation: Some(self.facts.conversation),
            ..UsageEvent::blank(self.facts.org, kind, provider, model, endpoint)
        }
    }

    fn use_of(
        &self,
        provider: String,
        model: String,
        request_id: Option<String>,
        tokens: Tokens,
    ) -> UsageEvent {
        UsageEvent {
            request_id,
            input_tokens: tokens.text_in.saturating_add(tokens.audio_in),
            cached_input_tokens: tokens.cached_text_in.saturating_add(tokens.cached_audio_in),
            cached_audio_tokens: tokens.cached_audio_in,
            output_tokens: tokens.text_out.saturating_add(tokens.audio_out),
            audio_input_tokens: tokens.audio_in,
            audio_output_tokens: tokens.audio_out,
            ..self.blank(provider, model, UsageKind::Voice, "realtime")
        }
    }

    fn writing(&self, provider: String, model: String, used: WritingUsed) -> UsageEvent {
        UsageEvent {
            input_tokens: used.audio_tokens.saturating_add(used.text_tokens),
            audio_input_tokens: used.audio_tokens,
            output_tokens: used.output_tokens,
            duration_ms: used.duration_ms,
            ..self.blank(provider, model, UsageKind::Transcription, "realtime/transcription")
        }
    }

    /// The length of the call, for minutes of a day.
    fn length(&self, seconds: u64) -> UsageEvent {
        let (provider, model) = (self.facts.provider.clone(), self.facts.model.clone());
        UsageEvent {
            duration_ms: seconds * 1_000,
            ..self.blank(provider, model, UsageKind::Voice, "realtime/call")
        }
    }
}
