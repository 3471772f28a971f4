//! The desk as a service.

use std::sync::Arc;

use rooms::{ConversationId, OrgId, UserId};

use super::canned_replies::CannedReplies;
use super::drafts::Drafts;
use super::notification_choices::OwnChoices;
use super::notification_feed::{Happening, NotificationFeed};
use super::notifications::Notifications;
use super::search::{AT_ONCE, Search};
use super::{notification_job, notification_upkeep, search_job};
use crate::base::Base;
use crate::hub::{Hub, Listener, Noted, RoomFacts};
use crate::limits::Shares;
use crate::model::NotificationLimit;

/// What agents keep, and search. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    base: Base,
    hub: Arc<Hub>,
    searches: Shares<OrgId>,
    feed: Arc<NotificationFeed>,
}

impl Desk {
    /// The desk of every org; agents are told of news through the hub.
    #[must_use]
    pub fn new(base: Base, hub: Arc<Hub>) -> Self {
        Self { base, hub, searches: Shares::new(AT_ONCE, AT_ONCE), feed: Arc::default() }
    }

    /// Starts the jobs that make things searchable and notify agents.
    pub fn start(&self) {
        let (base, hub) = (&self.base, &self.hub);
        base.spawn_until_stop(search_job::run(base.clone(), hub.clone()));
        base.spawn_until_stop(notification_upkeep::run(base.clone()));
        // A second start finds nothing to take from.
        if let Some(waiting) = self.feed.take() {
            base.spawn_until_stop(notification_job::run(base.clone(), hub.clone(), waiting));
        }
    }

    /// Notifies those who manage an org that a limit of usage is nearly or wholly used up.
    pub fn notify_limit(&self, org: OrgId, limit: NotificationLimit) {
        self.feed.push(Happening::Limit { org, limit, at: self.base.now() });
    }

    /// Canned replies.
    #[must_use]
    pub fn canned_replies(&self) -> CannedReplies<'_> {
        CannedReplies::new(&self.base)
    }

    /// What agents have begun to write.
    #[must_use]
    pub fn drafts(&self) -> Drafts<'_> {
        Drafts::new(&self.base)
    }

    /// What agents are told of.
    #[must_use]
    pub fn notifications(&self) -> Notifications<'_> {
        Notifications::new(&self.base, &self.hub)
    }

    /// How agents want to be told.
    #[must_use]
    pub fn notification_choices(&self) -> OwnChoices<'_> {
        OwnChoices::new(&self.base)
    }

    /// Searching.
    #[must_use]
    pub fn search(&self) -> Search<'_> {
        Search::new(&self.base, &self.searches)
    }
}

impl Listener for Desk {
    fn reply_wanted(&self, _facts: &Arc<RoomFacts>) {}

    fn noted(&self, noted: Noted) {
        self.feed.note(&noted);
    }

    fn focused(&self, org: OrgId, agent: UserId, conversation: ConversationId) {
        self.feed.see(org, agent, conversation);
    }
}
