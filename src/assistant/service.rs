//! The assistant: what it stands on, and what it is doing.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use jiff::Timestamp as Moment;
use jiff::tz::TimeZone;
use rooms::{ConversationId, OrgId, User};
use tokio_util::sync::CancellationToken;

use super::turn_queue::TurnQueue;
use super::waiters::{Waiter, Waiters};
use crate::attachments::Attachments;
use crate::base::Base;
use crate::desk::Desk;
use crate::handover::{Job, Scene, assistant_user};
use crate::hub::Hub;
use crate::knowledge::Knowledge;
use crate::limits::{Shares, SharesState};
use crate::llm::Llm;
use crate::org_settings::OrgSettings;
use crate::providers::local_voice::LocalVoices;
use crate::telemetry::trace::TraceContext;
use crate::tools::{ToolContext, Tools};
use crate::usage::Usage;
use crate::wire::ErrorCode;

/// What the assistant stands on.
#[derive(Debug)]
pub struct AssistantParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// The live part.
    pub hub: Arc<Hub>,
    /// Notifies those who manage an org.
    pub desk: Desk,
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
    /// Voices of this process.
    pub local_voices: Option<Arc<LocalVoices>>,
}

/// A task that answers in a conversation.
#[derive(Debug, Default)]
pub(super) struct Running {
    /// Whether it should look again before it ends.
    pub(super) again: bool,
    /// Where in a trace its next reply was wanted.
    pub(super) place: TraceContext,
}

/// The assistant of every org. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Assistant {
    pub(super) parts: Arc<AssistantParts>,
    /// Conversations with a running task.
    pub(super) running: Arc<DashMap<ConversationId, Running>>,
    /// Failures in a row, by conversation.
    pub(super) failures: Arc<DashMap<ConversationId, u8>>,
    pub(super) at_once: Shares<OrgId>,
    pub(super) waiters: Arc<Waiters>,
    /// Turns that are over and not stored yet.
    pub(super) turns: Arc<TurnQueue>,
    /// What stops the replies of an org, by org; at most one for each.
    pub(super) stops: Arc<DashMap<OrgId, CancellationToken>>,
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
            turns: Arc::default(),
            stops: Arc::default(),
            at_once,
        }
    }

    /// Passes limits on to agents, and keeps the log of turns, from now on.
    pub fn start(&self) {
        self.spawn(self.clone().store_turns());
        self.parts.base.spawn_until_stop(self.clone().forget_old_turns());
        let warnings = self.parts.usage.listen();
        self.parts.base.spawn_until_stop(self.clone().announce_limits(warnings));
    }

    /// How the places for replies are taken.
    #[must_use]
    pub fn reply_places(&self) -> SharesState<OrgId> {
        self.at_once.state()
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.parts.base.tasks.spawn(task);
    }

    /// For whom tools run in a conversation.
    pub(super) fn tool_context(scene: &Scene) -> ToolContext {
        ToolContext {
            org: scene.org.id,
            channel: scene.channel.id,
            conversation: scene.conversation,
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

    /// Begins to wait for a reply; to be called before the message is written, so that no reply is missed.
    #[must_use]
    pub fn expect_reply(&self, conversation: ConversationId) -> Waiter {
        let timeout = Duration::from_secs(self.parts.base.settings.wait_reply_timeout_s);
        self.waiters.expect(conversation, timeout)
    }
}

/// A failure as clients are told.
pub(super) fn failure(code: ErrorCode, message: &str, retry: bool) -> rooms::Failure {
    rooms::Failure { code: code.as_str().into(), message: message.into(), retry, details: None }
}
