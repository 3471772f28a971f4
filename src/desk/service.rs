//! The desk as a service.

use std::sync::{Arc, Mutex, PoisonError};

use rooms::{ConversationId, OrgId, UserId};
use tokio::sync::mpsc;

use super::canned_replies::CannedReplies;
use super::drafts::Drafts;
use super::follows::Follows;
use super::notification_choices::OwnChoices;
use super::notification_delivery::NotificationDelivery;
use super::notification_feed::{Happening, NotificationFeed};
use super::notifications::Notifications;
use super::push::OwnPush;
use super::push_job::{self, PushMessage, PushQueue};
use super::search::{AT_ONCE, Search};
use super::views::Views;
use super::{follows, notification_job, notification_upkeep, search_job};
use crate::base::Base;
use crate::crypto::MasterKeys;
use crate::hub::{Hub, Listener, Noted, RoomFacts};
use crate::limits::Shares;
use crate::model::NotificationLimit;

/// What agents keep, and search. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    base: Base,
    searches: Shares<OrgId>,
    feed: Arc<NotificationFeed>,
    keys: Arc<MasterKeys>,
    delivery: NotificationDelivery,
    /// Messages to browsers, until [`Desk::start`] takes them.
    pushes: Arc<Mutex<Option<mpsc::Receiver<PushMessage>>>>,
}

impl Desk {
    /// The desk of every org; agents are told of news through the hub.
    #[must_use]
    pub fn new(base: Base, keys: Arc<MasterKeys>, hub: Arc<Hub>) -> Self {
        let (pushes, waiting) = PushQueue::new();
        let delivery = NotificationDelivery { base: base.clone(), hub, pushes };
        Self {
            base,
            searches: Shares::new(AT_ONCE, AT_ONCE),
            feed: Arc::default(),
            keys,
            delivery,
            pushes: Arc::new(Mutex::new(Some(waiting))),
        }
    }

    /// Starts the jobs that make things searchable and notify agents.
    pub fn start(&self) {
        let base = &self.base;
        base.spawn_until_stop(search_job::run(base.clone(), self.delivery.clone()));
        base.spawn_until_stop(notification_upkeep::run(base.clone()));
        base.spawn_until_stop(follows::load(base.clone(), self.feed.clone()));
        // A second start finds nothing to take from.
        if let Some(waiting) = self.feed.take() {
            base.spawn_until_stop(notification_job::run(self.delivery.clone(), self.feed.clone(), waiting));
        }
        let pushes = self.pushes.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waiting) = pushes {
            base.spawn_until_stop(push_job::run(base.clone(), self.keys.clone(), waiting));
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

    /// Conversations that agents follow.
    #[must_use]
    pub fn follows(&self) -> Follows<'_> {
        Follows::new(&self.base, &self.feed)
    }

    /// What agents are told of.
    #[must_use]
    pub fn notifications(&self) -> Notifications<'_> {
        Notifications::new(&self.base, &self.delivery)
    }

    /// Browsers in which agents are told of things while no page is open.
    #[must_use]
    pub fn push(&self) -> OwnPush<'_> {
        OwnPush::new(&self.base, &self.keys)
    }

    /// How agents want to be told.
    #[must_use]
    pub fn notification_choices(&self) -> OwnChoices<'_> {
        OwnChoices::new(&self.base)
    }

    /// Views of the inbox that agents save.
    #[must_use]
    pub fn views(&self) -> Views<'_> {
        Views::new(&self.base, &self.delivery.hub)
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
        self.feed.see(org, agent, conversation, self.base.now());
    }

    fn missed_others(&self) {
        self.base.db.search_index().look_again();
    }
}
