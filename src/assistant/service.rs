//! The assistant: hears that a reply is wanted, writes one at a time per conversation, and picks up what a
//! stopped server left unanswered.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry as Slot;
use jiff::Timestamp as Moment;
use jiff::tz::TimeZone;
use rooms::{Body, ConversationId, Entry, Event, OrgId, User};

use super::turn::{Outcome, ReplyTurn};
use super::waiters::Waiters;
use crate::attachments::Attachments;
use crate::base::Base;
use crate::db::DbError;
use crate::handover::{Job, Scene, assistant_user, texts_of};
use crate::hub::{Hub, Listener, Noted, ReplyBegun, RoomFacts};
use crate::knowledge::Knowledge;
use crate::limits::Shares;
use crate::llm::Llm;
use crate::org_settings::OrgSettings;
use crate::refusal::ServiceError;
use crate::tools::{ToolContext, Tools, Wish};
use crate::usage::Usage;
use crate::wire::ErrorCode;

/// Conversations that are picked up at once after a start; the rest follows.
const PICKED_UP_MAX: i64 = 10_000;
/// The wait before storage is tried again.
const STORAGE_WAIT: Duration = Duration::from_secs(1);

/// What the assistant stands on.
#[derive(Debug)]
pub struct AssistantParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// The live part.
    pub hub: Arc<Hub>,
    /// Which model answers for an org.
    pub llm: Llm,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// What models cost.
    pub usage: Usage,
    /// What orgs know.
    pub knowledge: Knowledge,
    /// Files of conversations.
    pub attachments: Attachments,
    /// What it may do.
    pub tools: Tools,
}

/// The assistant of every org. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Assistant {
    pub(super) parts: Arc<AssistantParts>,
    /// Conversations with a running task; true when it should look again before it ends.
    running: Arc<DashMap<ConversationId, bool>>,
    /// Failures in a row, by conversation.
    pub(super) failures: Arc<DashMap<ConversationId, u8>>,
    at_once: Shares<OrgId>,
    pub(super) waiters: Arc<Waiters>,
}

impl Assistant {
    /// An assistant over its parts; [`Assistant::start`] makes it look at what happens.
    #[must_use]
    pub fn new(parts: AssistantParts) -> Self {
        let settings = &parts.base.settings;
        let at_once = Shares::new(settings.replies_at_once_max, settings.replies_at_once_per_org_max);
        Self {
            parts: Arc::new(parts),
            running: Arc::default(),
            failures: Arc::default(),
            waiters: Arc::default(),
            at_once,
        }
    }

    /// Passes limits on to agents from now on.
    pub fn start(&self) {
        let warnings = self.parts.usage.listen();
        self.parts.base.spawn_until_stop(self.clone().tell_limits(warnings));
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.parts.base.tasks.spawn(task);
    }

    /// Takes up what was left unanswered or untold when the server stopped.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn recover(&self) -> Result<(), DbError> {
        let count = self.pick_up().await?;
        if count != 0 {
            tracing::info!("taking up {count} conversations that were left unanswered");
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

    /// For whom tools run in a conversation.
    pub(super) fn tool_context(&self, job: Job, scene: &Scene) -> ToolContext {
        ToolContext {
            org: job.org,
            channel: job.channel,
            conversation: job.conversation,
            visitor: scene.visitor.clone(),
            language: scene.language.code(),
            handoff_enabled: scene.channel.handoff_enabled,
        }
    }

    /// Today's date in UTC.
    pub(super) fn today(&self) -> String {
        let now = Moment::from_millisecond(self.parts.base.now().0).unwrap_or(Moment::UNIX_EPOCH);
        now.to_zoned(TimeZone::UTC).date().to_string()
    }

    /// The assistant of an org as a user of rooms.
    pub(super) async fn user(&self, job: Job) -> User {
        assistant_user(&self.parts.org_settings, job).await
    }

    /// Sees to it that a task answers in this conversation.
    pub(super) fn want(&self, job: Job) {
        match self.running.entry(job.conversation) {
            Slot::Occupied(mut again) => *again.get_mut() = true,
            Slot::Vacant(slot) => {
                slot.insert(false);
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
            if let Some(again) = self.running.get_mut(&job.conversation).as_deref_mut() {
                *again = false;
            }
            while self.answer_once(job).await {}
            if self.running.remove_if(&job.conversation, |_, again| !*again).is_some() {
                return;
            }
        }
    }

    /// Writes one reply; false where there is none to write.
    async fn answer_once(&self, job: Job) -> bool {
        let _place = self.at_once.take(job.org).await;
        let user = self.user(job).await;
        match self.parts.hub.begin_reply(job.org, job.conversation, &user).await {
            Ok(Some(begun)) => {
                let answers = begun.answers;
                let entry = self.write(job, &user, begun).await;
                self.waiters.tell(job.conversation, answers, entry);
            }
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "could not begin a reply in {}",
                    job.conversation
                );
                return false;
            }
        }
        true
    }

    /// Writes a reply and gives its entry, where it became one.
    async fn write(&self, job: Job, user: &User, begun: ReplyBegun) -> Option<Arc<Entry>> {
        if let Err(wait) = self.parts.base.limits.assistant_replies.check(&job.conversation.to_string()) {
            let failure = failure(ErrorCode::RateLimited, texts_of(None).too_many, false);
            tracing::info!(conversation.id = %job.conversation, wait_ms = wait.0, "conversation {} has had too many replies", job.conversation);
            self.fail(job, &begun, failure).await;
            return None;
        }
        let meter = Arc::new(Mutex::new(None));
        let turn = ReplyTurn { assistant: self, job, begun: &begun, meter: meter.clone() };
        // The work is dropped, and with it the request upstream, the moment the reply is overrun.
        let outcome = begun.overrun.run_until_cancelled(turn.answer()).await;
        let cut = meter.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(cut) = cut {
            cut.finish(true).await;
        }
        match outcome {
            None => None,
            Some(Ok(Outcome::Said { metadata, usage, wish })) => {
                self.finish(
                    job,
                    user,
                    &begun,
                    metadata.to_string(),
                    usage.map(|usage| usage.to_string()),
                    wish,
                )
                .await
            }
            Some(Ok(Outcome::HandOff(reason))) => {
                self.end(job, &begun, None).await;
                self.hand_off(job, user, reason).await;
                None
            }
            Some(Ok(Outcome::Failed(failure))) => {
                let code = failure.code.clone();
                self.fail(job, &begun, failure).await;
                self.after_failure(job, user, &code).await;
                None
            }
            Some(Err(error)) => {
                let error = error.report_in(|| {
                    let (org, conversation) = (job.org, job.conversation);
                    tracing::error_span!("reply", org.id = %org, conversation.id = %conversation)
                });
                let failure = failure(error.code, texts_of(None).failed, true);
                self.fail(job, &begun, failure).await;
                None
            }
        }
    }

    async fn finish(
        &self,
        job: Job,
        user: &User,
        begun: &ReplyBegun,
        metadata: String,
        usage: Option<String>,
        wish: Option<Wish>,
    ) -> Option<Arc<Entry>> {
        let (metadata, usage) = (Some(metadata.into()), usage.map(Into::into));
        let finished = self
            .insist(begun, || {
                self.parts.hub.finish_reply(
                    job.org,
                    job.conversation,
                    begun.id,
                    metadata.clone(),
                    usage.clone(),
                )
            })
            .await;
        // A conflict says that it was overrun on its way to the store: that is what the fence is for.
        let entry = match finished {
            Ok(acted) => acted.entry,
            Err(error) => {
                error.log_unanswered("could not finish a reply");
                return None;
            }
        };
        self.note_success(job);
        if let Some(Wish::HandOff { reason }) = wish {
            self.hand_off(job, user, &reason).await;
        }
        entry
    }

    async fn fail(&self, job: Job, begun: &ReplyBegun, failure: rooms::Failure) {
        self.end(job, begun, Some(failure)).await;
    }

    /// Ends a reply that will not be finished.
    async fn end(&self, job: Job, begun: &ReplyBegun, failure: Option<rooms::Failure>) {
        let ended = self
            .insist(begun, || self.parts.hub.fail_reply(job.org, job.conversation, begun.id, failure.clone()))
            .await;
        // A conflict says that something else has ended it.
        if let Err(error) = ended
            && error.code() != ErrorCode::Conflict
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not end a reply in {}",
                job.conversation
            );
        }
    }

    /// Tries again while storage cannot be reached, until the reply is overrun: a reply that stays open would
    /// keep the conversation from every other.
    async fn insist<T, F>(&self, begun: &ReplyBegun, mut act: impl FnMut() -> F) -> Result<T, ServiceError>
    where
        F: Future<Output = Result<T, ServiceError>>,
    {
        loop {
            match act().await {
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
        if let Err(error) = self.parts.hub.hand_off(job.org, job.conversation, by, reason).await
            && error.code() != ErrorCode::HandoffDisabled
            && error.code() != ErrorCode::ConversationClosed
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not hand {} to a person",
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
        if matches!(noted.entry.body, Body::Event(Event::Closed { .. })) {
            self.failures.remove(&noted.facts.id);
            self.waiters.forget(noted.facts.id);
        }
    }
}

/// A failure as clients are told.
pub(super) fn failure(code: ErrorCode, message: &str, retry: bool) -> rooms::Failure {
    rooms::Failure { code: code.as_str().into(), message: message.into(), retry, details: None }
}
