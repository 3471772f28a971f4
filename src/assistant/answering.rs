//! Answering: one reply at a time per conversation, when the hub says that one is wanted, and what a stopped server left
//! unanswered.

use std::sync::Arc;
use std::time::Duration;

use dashmap::mapref::entry::Entry as Slot;
use rooms::{Body, Entry, EntryId, Event, OrgId, User};

use super::in_call::is_asked_in_a_call;
use super::output::Output;
use super::service::{Assistant, Running, failure};
use super::turn::{Outcome, ReplyTurn, Tooling};
use super::turn_log::TurnLog;
use super::turns::{Ended, turn_of};
use crate::db::DbError;
use crate::handover::{Job, Place, Scene, texts_of};
use crate::hub::{Acted, Actor, Command, Listener, Noted, ReplyBegun, ReplyMedium, ReplyStep, RoomFacts};
use crate::ids;
use crate::limits::{Limit, Source};
use crate::model::{ClaimKind, TurnOutcome};
use crate::refusal::{ServiceError, log_unanswered};
use crate::telemetry::trace::{InTrace as _, Kind, Span, TraceContext, keys};
use crate::tools::Wish;
use crate::wire::ErrorCode;

/// Conversations that are picked up at once after a start; the rest follows.
const PICKED_UP_MAX: i64 = 10_000;
/// The wait before storage is tried again.
const STORAGE_WAIT: Duration = Duration::from_secs(1);
/// The wait before it is looked again whether another node has written its reply.
const ELSEWHERE_WAIT: Duration = Duration::from_secs(1);

/// What came of looking for a reply to write.
enum Looked {
    /// One was written.
    Written,
    /// There is none to write, or the org is suspended.
    Nothing,
    /// Another node writes in this conversation, or storage cannot say.
    Elsewhere,
}

impl Assistant {
    /// Takes up what servers left unanswered that are gone; what another node is answering is left to it.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(&self) -> Result<(), DbError> {
        let count = self.pick_up().await?;
        if count != 0 {
            tracing::info!("resuming {count} conversations left unanswered");
        }
        Ok(())
    }

    /// Takes up what was left unanswered; returns how many conversations.
    async fn pick_up(&self) -> Result<usize, DbError> {
        let pending = self.parts.base.db.conversations().unanswered(PICKED_UP_MAX).await?;
        for one in &pending {
            self.want(Job { org: one.org, channel: one.channel, conversation: one.conversation });
        }
        Ok(pending.len())
    }

    /// Sees to it that a task answers in this conversation.
    pub(super) fn want(&self, job: Job) {
        match self.running.entry(job.conversation) {
            Slot::Occupied(mut running) => {
                *running.get_mut() = Running { again: true, place: TraceContext::current() };
            }
            Slot::Vacant(slot) => {
                slot.insert(Running { again: false, place: TraceContext::current() });
                let assistant = self.clone();
                self.spawn(async move {
                    let stop = assistant.parts.base.stop.clone();
                    stop.run_until_cancelled(assistant.answer_all(job)).await;
                });
            }
        }
    }

    /// Answers until there is nothing to answer.
    async fn answer_all(&self, job: Job) {
        loop {
            if let Some(running) = self.running.get_mut(&job.conversation).as_deref_mut() {
                running.again = false;
            }
            loop {
                match self.answer_once(job).await {
                    Looked::Written => {}
                    Looked::Nothing => break,
                    // The other node may have begun before the message came that is to be answered here.
                    Looked::Elsewhere => tokio::time::sleep(ELSEWHERE_WAIT).await,
                }
            }
            if self.running.remove_if(&job.conversation, |_, running| !running.again).is_some() {
                return;
            }
        }
    }

    /// Writes one reply, where there is one to write and no other node is at it.
    async fn answer_once(&self, job: Job) -> Looked {
        if self.is_suspended(job) {
            return Looked::Nothing;
        }
        let _place = self.at_once.take(job.org).await;
        let (claims, key) = (&self.parts.base.claims, job.conversation.to_string());
        match claims.take(ClaimKind::Reply, &key, Some(job.org)).await {
            Ok(true) => {}
            Ok(false) => return Looked::Elsewhere,
            Err(error) => {
                log_unanswered(&error, "could not claim a reply; it is tried again");
                return Looked::Elsewhere;
            }
        }
        let looked = self.answer_claimed(job).await;
        claims.release(ClaimKind::Reply, &key).await;
        looked
    }

    async fn answer_claimed(&self, job: Job) -> Looked {
        let user = self.user(job).await;
        let (hub, medium) = (&self.parts.hub, ReplyMedium::Written);
        let entry = EntryId(ids::new_number());
        let begun = async {
            // Another node may have answered while this one's room had not read of it yet.
            let owed = self.parts.base.db.conversations();
            if self.parts.base.claims.has_others() && !owed.is_unanswered(job.org, job.conversation).await? {
                return Ok(None);
            }
            hub.begin_reply(job.org, job.conversation, entry, &user, medium).await
        };
        match begun.await {
            Ok(Some(begun)) => {
                let answers = begun.answers;
                let entry = self.write(job, &user, begun).await;
                self.waiters.notify(job.conversation, answers, entry);
                Looked::Written
            }
            Ok(None) => Looked::Nothing,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "could not begin a reply in {}",
                    job.conversation
                );
                Looked::Nothing
            }
        }
    }

    /// Writes a reply and gives its entry, where it became one.
    async fn write(&self, job: Job, user: &User, begun: ReplyBegun) -> Option<Arc<Entry>> {
        let traced = self.traced(job);
        let (began_at, log) = (self.parts.base.now(), TurnLog::begin());
        let ended = self.write_logged(job, user, &begun, &log).in_trace(&traced.place()).await;
        traced.set(keys::OUTCOME, || ended.outcome.as_str());
        if ended.outcome == TurnOutcome::Failed {
            traced.fail("reply_failed");
        }
        let at = (job.channel, Some(job.conversation));
        self.turns.add(job.org, turn_of(at, began_at, &log, &ended));
        ended.entry
    }

    /// The span of a reply, in the trace of the message that it was wanted for.
    fn traced(&self, job: Job) -> Span {
        let place = self.running.get(&job.conversation).map(|running| running.place.clone());
        let span = Span::begin(&place.unwrap_or_default(), Kind::Internal, || "reply");
        span.set(keys::ORG, || job.org.to_string());
        span.set(keys::CONVERSATION, || job.conversation.to_string());
        span
    }

    async fn write_logged(&self, job: Job, user: &User, begun: &ReplyBegun, log: &TurnLog) -> Ended {
        let counted = Source::Conversation(job.conversation);
        if let Err(refused) = self.parts.base.limits.count(Limit::AssistantReplies, counted) {
            self.refuse(job, user, begun, refused).await;
            return Ended::failed(ErrorCode::RateLimited.as_str());
        }
        // Taken before it is looked whether the org is suspended, which is set before this is cancelled.
        let stop = self.stops.entry(job.org).or_default().clone();
        if self.is_suspended(job) {
            self.stop(job, user, begun).await;
            return Ended::superseded();
        }
        let output = Output::Room { hub: &self.parts.hub, job, reply: begun.id, user };
        let (call_of, tooling) = (job.call_of(), Tooling::Live);
        let turn = ReplyTurn { assistant: self, call_of, output, tooling, log: log.clone() };
        let answer = async { turn.answer(&self.scene_of_reply(job, begun).await?).await };
        // The work is dropped, and with it the request upstream, the moment the reply is overrun.
        let work = begun.overrun.run_until_cancelled(answer);
        let outcome = stop.run_until_cancelled(work).await;
        log.end_call(None).await;
        let Some(outcome) = outcome else {
            self.stop(job, user, begun).await;
            return Ended::superseded();
        };
        match outcome.map(|made| made.map(|made| made.outcome)) {
            None => Ended::superseded(),
            Some(Ok(Outcome::Said { metadata, usage, wish })) => {
                let usage = usage.map(|usage| usage.to_string());
                self.finish(job, user, begun, metadata.to_string(), usage, wish).await
            }
            Some(Ok(Outcome::HandOff(reason))) => {
                self.end(job, user, begun, None).await;
                self.hand_off(job, user, reason).await;
                Ended::handed_over(reason)
            }
            Some(Ok(Outcome::Failed(failure))) => {
                let code = failure.code.clone();
                self.fail(job, user, begun, failure).await;
                self.after_failure(job, user, &code).await;
                Ended::failed(&code)
            }
            Some(Err(error)) => {
                let failure = failure_of(job, error);
                let ended = Ended::failed(&failure.code);
                self.fail(job, user, begun, failure).await;
                ended
            }
        }
    }

    async fn scene_of_reply(&self, job: Job, begun: &ReplyBegun) -> Result<Scene, ServiceError> {
        let settings = self.parts.org_settings.effective(job.org, Some(job.channel)).await?;
        let place = Place {
            org: job.org,
            channel: job.channel,
            conversation: job.conversation,
            visitor: begun.visitor,
            head: &begun.head,
            answers: begun.answers,
        };
        let scene = Scene::load(&self.parts.base.db, settings, place).await?;
        scene.ok_or_else(ServiceError::not_found)
    }

    /// Ends a reply that is one too many.
    async fn refuse(&self, job: Job, user: &User, begun: &ReplyBegun, refused: ServiceError) {
        let failure = failure(ErrorCode::RateLimited, texts_of(None).too_many, false);
        let wait_ms = refused.report().retry_after_ms;
        tracing::info!(conversation.id = %job.conversation, wait_ms, "conversation {} reached assistant_replies_per_hour", job.conversation);
        self.fail(job, user, begun, failure).await;
    }

    async fn finish(
        &self,
        job: Job,
        user: &User,
        begun: &ReplyBegun,
        metadata: String,
        usage: Option<String>,
        wish: Option<Wish>,
    ) -> Ended {
        let (metadata, usage) = (Some(metadata.into()), usage.map(Into::into));
        let wanted = wish.map(|Wish::HandOff { reason }| reason);
        let handoff = wanted.as_deref().map(Into::into);
        let finished = self.end_with(job, user, begun, ReplyStep::Finish { metadata, usage, handoff }).await;
        // A conflict says that it was overrun on its way to the store: that is what the fence is for.
        let (entry, waits) = match finished {
            Ok(acted) => (acted.entry, acted.head.pending_id() == Some(begun.id)),
            Err(error) => {
                error.log_unanswered("could not finish a reply");
                return Ended::superseded();
            }
        };
        self.record_success(job);
        // The person who is wanted with a reply that waits for agents is asked for as it goes out.
        if waits {
            return Ended::held(entry);
        }
        match wanted {
            Some(reason) => {
                self.hand_off(job, user, &reason).await;
                Ended { entry, ..Ended::handed_over(&reason) }
            }
            None => Ended::answered(entry),
        }
    }

    fn is_suspended(&self, job: Job) -> bool {
        self.parts.base.db.orgs().suspended().has(job.org)
    }

    /// Ends a reply whose org was suspended meanwhile: nothing more of it goes out.
    async fn stop(&self, job: Job, user: &User, begun: &ReplyBegun) {
        self.end_by(job, user, begun, ReplyStep::Stop).await;
    }

    async fn fail(&self, job: Job, user: &User, begun: &ReplyBegun, failure: rooms::Failure) {
        self.end(job, user, begun, Some(failure)).await;
    }

    /// Ends a reply that will not be finished.
    async fn end(&self, job: Job, user: &User, begun: &ReplyBegun, failure: Option<rooms::Failure>) {
        self.end_by(job, user, begun, ReplyStep::Fail(failure)).await;
    }

    async fn end_by(&self, job: Job, user: &User, begun: &ReplyBegun, step: ReplyStep) {
        let ended = self.end_with(job, user, begun, step).await;
        // A conflict says that something else has ended it.
        if let Err(error) = ended
            && error.code() != ErrorCode::Conflict
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not end a reply in conversation {}",
                job.conversation
            );
        }
    }

    /// Ends a reply. Tries again while storage cannot be reached, until the reply is overrun: a reply that stays open
    /// would keep the conversation from every other.
    async fn end_with(
        &self,
        job: Job,
        user: &User,
        begun: &ReplyBegun,
        step: ReplyStep,
    ) -> Result<Acted, ServiceError> {
        let actor = Actor::System { org: job.org, user };
        loop {
            let command = Command::Reply { id: begun.id, step: step.clone() };
            match self.parts.hub.act(actor, job.conversation, command).await {
                Err(error) if error.code() == ErrorCode::Unavailable && !begun.overrun.is_cancelled() => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "could not end a reply; trying again"
                    );
                    tokio::time::sleep(STORAGE_WAIT).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Asks for a person in the assistant's name; a channel without people refuses, which is fine.
    pub(super) async fn hand_off(&self, job: Job, by: &User, reason: &str) {
        let actor = Actor::System { org: job.org, user: by };
        let command = Command::RequestHandoff { reason: Some(reason.into()) };
        if let Err(error) = self.parts.hub.act(actor, job.conversation, command).await
            && error.code() != ErrorCode::HandoffDisabled
            && error.code() != ErrorCode::ConversationClosed
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not hand off conversation {}",
                job.conversation
            );
        }
    }
}

impl Listener for Assistant {
    fn reply_wanted(&self, facts: &Arc<RoomFacts>) {
        self.want(Job { org: facts.org, channel: facts.channel, conversation: facts.id });
    }

    fn noted(&self, noted: Noted) {
        match &noted.entry.body {
            Body::Event(Event::Closed { .. }) => {
                self.failures.remove(&noted.facts.id);
                self.waiters.forget(noted.facts.id);
            }
            Body::Message(_) if is_asked_in_a_call(&noted) => {
                let assistant = self.clone();
                self.spawn(async move { assistant.hand_over_call(&noted).await });
            }
            _ => {}
        }
    }

    fn act_done(&self, act: &str) {
        match act.split('.').next() {
            Some("provider") => self.parts.llm.forget_chains(),
            Some("price") => {
                let usage = self.parts.usage.clone();
                self.parts.base.spawn_until_stop(async move {
                    if let Err(error) = usage.load_prices().await {
                        log_unanswered(&error, "prices were not read again; those of before hold");
                    }
                });
            }
            _ => {}
        }
    }

    fn used_elsewhere(&self, org: OrgId, numbers: [u64; 5]) {
        self.parts.usage.count_elsewhere(org, numbers);
    }

    fn missed_others(&self) {
        let usage = self.parts.usage.clone();
        self.parts.base.spawn_until_stop(async move { usage.count_again().await });
    }

    fn org_suspended(&self, org: OrgId, _by: &User) {
        if let Some((_, stop)) = self.stops.remove(&org) {
            stop.cancel();
        }
    }
}

/// What a visitor is told of an error, which is logged.
fn failure_of(job: Job, error: ServiceError) -> rooms::Failure {
    let error = error.report_in(|| {
        let (org, conversation) = (job.org, job.conversation);
        tracing::error_span!("reply", org.id = %org, conversation.id = %conversation)
    });
    failure(error.code, texts_of(None).failed, true)
}
