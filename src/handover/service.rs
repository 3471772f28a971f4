//! The handover service: classification of messages, briefs of handoffs, waiting visitors.

use std::sync::{Arc, Mutex, PoisonError};

use dashmap::{DashMap, DashSet};
use rooms::{
    Body, ConversationId, Event, Head, OrgId, Responder, TicketId, Timestamp, User, UserId, UserKind,
};
use tokio::sync::mpsc;

use super::assignment_feed::AssignmentFeed;
use super::job::Job;
use super::scene::Scene;
use crate::base::Base;
use crate::hub::{Hub, Listener, Noted, RoomFacts};
use crate::llm::Llm;
use crate::model::OwedBrief;
use crate::notify::Notifier;
use crate::org_settings::OrgSettings;

/// Capacity of the queue of committed entries; entries beyond it are not classified, which is counted.
const NOTED_MAX: usize = 4_096;

/// What handover stands on.
#[derive(Debug)]
pub struct HandoverParts {
    /// The database, the clock, the settings, the tasks.
    pub base: Base,
    /// The live part.
    pub hub: Arc<Hub>,
    /// Which model sums up.
    pub llm: Llm,
    /// What orgs set.
    pub org_settings: OrgSettings,
    /// Tells people who are not here.
    pub notifier: Notifier,
}

/// Brings visitors and people together, in every org. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Handover {
    pub(super) parts: Arc<HandoverParts>,
    /// Waits that were told of: the conversation and since when it waits.
    pub(super) told: Arc<DashMap<ConversationId, i64>>,
    /// Handoffs whose brief is being written.
    pub(super) briefing: Arc<DashSet<TicketId>>,
    /// The median wait of each org, and when it was measured.
    pub(super) measured_waits: Arc<DashMap<OrgId, (Timestamp, Option<i64>)>>,
    /// Visitors who were in their conversation with something unread, and when that was last seen.
    pub(super) here: Arc<DashMap<ConversationId, Timestamp>>,
    /// Whose visitors are to be assigned.
    pub(super) assignment: AssignmentFeed,
    /// Since when this server sees who is here.
    pub(super) started_at: Timestamp,
    noted: mpsc::Sender<Noted>,
    /// What was noted, until [`Handover::start`] takes it.
    waiting: Arc<Mutex<Option<mpsc::Receiver<Noted>>>>,
}

impl Handover {
    /// Handover over its parts; [`Handover::start`] makes it look at what happens.
    #[must_use]
    pub fn new(parts: HandoverParts) -> Self {
        let (noted, waiting) = mpsc::channel(NOTED_MAX);
        Self {
            started_at: parts.base.now(),
            parts: Arc::new(parts),
            told: Arc::default(),
            briefing: Arc::default(),
            measured_waits: Arc::default(),
            here: Arc::default(),
            assignment: AssignmentFeed::default(),
            noted,
            waiting: Arc::new(Mutex::new(Some(waiting))),
        }
    }

    /// Takes up briefs that servers owed which are gone; what another node is writing is left to it.
    pub async fn recover(&self) {
        let count = self.take_up_briefs(0).await;
        if count != 0 {
            tracing::info!("resuming {count} handoffs that have not been notified");
        }
    }

    /// Looks from now on at what is committed and at visitors who wait.
    pub fn start(&self) {
        // A second start finds nothing to read.
        let Some(noted) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        self.parts.base.spawn_until_stop(self.clone().process_entries(noted));
        self.parts.base.spawn_until_stop(self.clone().watch_waiting());
        self.parts.base.spawn_until_stop(self.clone().assign_waiting());
    }

    /// Looks at everything that is noted, one after another.
    async fn process_entries(self, mut waiting: mpsc::Receiver<Noted>) {
        while let Some(noted) = waiting.recv().await {
            let job =
                Job { org: noted.facts.org, channel: noted.facts.channel, conversation: noted.facts.id };
            self.note_for_assignment(job, &noted).await;
            match &noted.entry.body {
                Body::Message(content) if noted.entry.author.kind == UserKind::Visitor => {
                    // A picture without words says nothing of its sender.
                    if !content.text.trim().is_empty() {
                        self.record_insight(job, &noted.head, &content.text).await;
                    }
                    if matches!(noted.head.responder, Responder::Waiting { .. }) {
                        self.handle_waiting_visitor(job, &noted).await;
                    }
                }
                Body::Event(Event::Handoff { ticket, .. }) => {
                    self.request_brief(OwedBrief {
                        org: job.org,
                        channel: job.channel,
                        conversation: job.conversation,
                        visitor: noted.facts.visitor,
                        ticket: *ticket,
                    });
                }
                Body::Event(Event::Closed { .. }) => {
                    self.told.remove(&job.conversation);
                }
                Body::Message(_) | Body::Note(_) | Body::Event(_) => {}
            }
        }
    }

    pub(super) async fn scene(&self, job: Job, visitor: UserId, head: &Head) -> Option<Scene> {
        Scene::of(&self.parts.base.db, &self.parts.org_settings, job, visitor, head).await
    }
}

impl Listener for Handover {
    fn reply_wanted(&self, _facts: &Arc<RoomFacts>) {}

    fn noted(&self, noted: Noted) {
        if self.noted.try_send(noted).is_err() && !self.parts.base.stop.is_cancelled() {
            metrics::counter!(crate::telemetry::metrics::NOTED_DROPPED).increment(1);
        }
    }

    fn presence_changed(&self, org: OrgId) {
        self.assignment.wake(org);
    }
}

/// The assistant of an org as a user of rooms.
pub async fn assistant_user(org_settings: &OrgSettings, job: Job) -> User {
    let settings = org_settings.effective(job.org, Some(job.channel)).await;
    let name = settings.map_or_else(|_| "Assistant".to_owned(), |settings| settings.assistant_name.clone());
    // One id for all orgs: ids of users are looked up within an org.
    User { id: UserId(1), kind: UserKind::Assistant, name: name.into() }
}
